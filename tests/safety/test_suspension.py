from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.refusals import Refusal
from safety import appeals, suspension
from safety.models import Report, Suspension
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def suspend(user, by, days=7):
    until = timezone.now() + timedelta(days=days) if days else None
    return suspension.suspend(user, until=until, reason="Shouting at people", by=by)


def test_a_suspended_person_sees_only_the_reason_and_the_end(as_ana, ana, staff):
    until = suspend(ana, staff).until
    for path in ("/", "/settings/", "/@stella/", "/spaces/start/", "/admin/"):
        assert as_ana.get(path).url == "/suspended/"
    page = as_ana.get("/suspended/")
    assert page.status_code == 403
    assert "Shouting at people" in page.text
    assert f"{until:%Y}" in page.text
    assert 'href="/settings/"' not in page.text


def test_a_script_gets_the_suspension_as_json(as_ana, ana, staff):
    suspend(ana, staff)
    answer = as_ana.post("/@stella/follow/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "suspended")


def test_an_htmx_request_is_redirected_to_the_suspension_page(as_ana, ana, staff):
    suspend(ana, staff)
    assert as_ana.get("/", headers={"hx-request": "true"})["HX-Redirect"] == "/suspended/"


def test_a_suspended_person_can_sign_in_and_out(ana, staff):
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    suspend(ana, staff)
    client = Client()
    answer = client.post(
        "/accounts/login/", {"login": "ana", "password": "a good password"}, follow=True
    )
    assert "Your account is suspended" in answer.text
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/").status_code == 200


def test_a_permanent_suspension_is_shown_as_permanent(as_ana, ana, staff):
    suspend(ana, staff, days=0)
    assert suspension.is_suspended(ana) is True
    assert "permanently suspended" in as_ana.get("/suspended/").text


def test_a_suspension_ends_by_itself_on_its_date(as_ana, ana, staff):
    suspend(ana, staff, days=-1)
    assert (suspension.is_suspended(ana), suspension.current(ana)) == (False, None)
    assert as_ana.get("/settings/").status_code == 200
    assert as_ana.get("/suspended/").url == "/"


def test_staff_can_lift_a_suspension(as_ana, ana, staff):
    suspend(ana, staff)
    assert suspension.lift(ana) is True
    assert suspension.lift(ana) is False
    assert as_ana.get("/settings/").status_code == 200


def test_a_new_suspension_replaces_the_current_one(ana, staff):
    suspend(ana, staff)
    permanent = suspend(ana, staff, days=0)
    assert suspension.current(ana) == permanent
    assert Suspension.objects.current().count() == 1


def test_the_database_allows_one_suspension_at_a_time(ana, staff):
    suspend(ana, staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.create(user=ana, reason="Again", by=staff)


def test_staff_cannot_suspend_themselves_or_each_other(staff):
    with pytest.raises(Refusal, match="yourself"):
        suspend(staff, staff)
    with pytest.raises(Refusal, match="Staff"):
        suspend(make_user("stan", is_staff=True), staff)


def test_checking_for_a_suspension_takes_no_query(as_ana, ana, django_assert_num_queries):
    as_ana.get("/settings/profile/")
    with django_assert_num_queries(0):
        assert ana.is_suspended is False


def test_an_appeal_is_queued_once(as_ana, ana, staff):
    found = suspend(ana, staff)
    page = as_ana.post("/suspended/", {"text": "It was my brother."}, follow=True)
    assert "The staff received your appeal." in page.text
    report = Report.objects.get()
    assert (report.about, report.subject, report.text) == ("appeal", ana, "It was my brother.")
    assert report.evidence["facts"]["Reason"] == "Shouting at people"
    with pytest.raises(appeals.Appealed):
        appeals.appeal(found, text="Again")
    as_ana.post("/suspended/", {"text": "Again"})
    assert Report.objects.count() == 1


def test_an_appeal_requires_a_text(as_ana, ana, staff):
    suspend(ana, staff)
    as_ana.post("/suspended/", {"text": "  "})
    assert Report.objects.count() == 0


def test_people_who_are_not_suspended_cannot_open_the_page(as_ana):
    assert as_ana.get("/suspended/").url == "/"
    assert Client().get("/suspended/").url == "/accounts/login/?next=/suspended/"


def test_others_see_that_the_account_is_suspended(ana, staff):
    suspend(ana, staff)
    assert "This account is suspended" in Client().get("/@ana/").text
    suspension.lift(ana)
    assert "This account is suspended" not in Client().get("/@ana/").text
