"""The queue of reports in the admin: what is waiting, and who may see it."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts import avatars
from accounts.models import User
from safety.models import Report
from spaces.actions import chat
from tests.factories import make_user, signed_in
from tests.safety.moderation import QUEUE, decide, file_report, grant_permissions

pytestmark = pytest.mark.django_db


def test_the_queue_shows_open_reports_by_default(as_staff, ana, ben):
    report = file_report(ben, person="ana")
    assert in_queue(as_staff) == [report]
    decide(as_staff, report, "dismiss")
    assert in_queue(as_staff) == []
    assert in_queue(as_staff, queue="closed") == in_queue(as_staff, queue="all") == [report]


def in_queue(client, **filters):
    return list(client.get(QUEUE, filters).context["cl"].result_list)


def test_the_page_of_a_report_shows_the_evidence(as_staff, space, listener, ben):
    chat.send(space, author=listener, text="Something <awful>")
    page = as_staff.get(f"{QUEUE}{file_report(ben, space=space.public_id).pk}/change/").text
    for words in ("Something &lt;awful&gt;", "Host, muted", "Rude to everyone", "@lena", "@hana"):
        assert words in page


def test_evidence_pictures_are_shown_only_to_staff_who_may_see_the_report(as_staff, ana, ben):
    avatars.set_picture(ana, ContentFile(b"a picture", "a.webp"))
    report = file_report(ben, person="ana")
    [name] = report.evidence["pictures"]
    address = f"{QUEUE}{report.pk}/pictures/{name}/"
    assert f'src="{address}"' in as_staff.get(f"{QUEUE}{report.pk}/change/").text
    shown = as_staff.get(address)
    assert (shown.content, shown["Content-Type"]) == (b"a picture", "image/webp")
    assert "no-store" in shown["Cache-Control"]
    other = file_report(ana, person="ben")
    for elsewhere in (f"{QUEUE}{other.pk}/pictures/{name}/", f"/media/evidence/{name}"):
        assert as_staff.get(elsewhere).status_code == 404
    assert signed_in(make_user(is_staff=True)).get(address).status_code == 403
    for user in (ana, ben):
        assert signed_in(user).get(address).status_code == 302
    assert Client().get(address).status_code == 302


def test_earlier_reports_about_the_person_are_shown_beside_a_report(as_staff, staff, ana, ben):
    earlier = file_report(ben, person="ana")
    decide(as_staff, earlier, "warn")
    page = as_staff.get(f"{QUEUE}{file_report(make_user(), person='ana').pk}/change/").text
    for words in ("1 other report", "Warned", "Against the rules"):
        assert words in page


def test_staff_can_open_a_case_about_a_person_whom_nobody_reported(as_staff, ana):
    action = {"action": "open_case", "_selected_action": [ana.pk]}
    answer = as_staff.post("/admin/accounts/user/", action)
    case = Report.objects.get()
    assert answer.url == f"{QUEUE}{case.pk}/change/"
    assert (case.subject, case.evidence["facts"]["Bio"]) == (ana, "Trams")


def test_the_admin_says_why_no_case_can_be_opened(as_staff, ana, ben):
    def open_case(*people):
        action = {"action": "open_case", "_selected_action": [person.pk for person in people]}
        return as_staff.post("/admin/accounts/user/", action, follow=True).text

    assert "Select exactly one row." in open_case(ana, ben)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert "A case needs an active account" in open_case(ana)
    assert Report.objects.count() == 0


def test_staff_who_may_only_view_reports_cannot_decide(ana, ben):
    reader = make_user("rita", is_staff=True)
    report = file_report(ben, person="ana")
    client = signed_in(reader)
    page = f"{QUEUE}{report.pk}/change/"
    assert client.get(page).status_code == 403
    grant_permissions(reader, "view_report")
    assert "Decide" not in client.get(page).text
    assert decide(client, report, "warn").status_code == 403
    grant_permissions(reader, "change_report")
    assert decide(client, report, "warn").status_code == 302


def test_people_who_are_not_staff_cannot_open_the_queue(as_ana):
    assert as_ana.get(QUEUE, follow=True).status_code == 403


def test_the_old_url_of_the_queue_redirects_to_the_new_one(as_staff, ana, ben):
    report = file_report(ben, person="ana")
    before = f"/admin/accounts/report/{report.pk}/change/?queue=all"
    answer = as_staff.get(before)
    assert (answer.status_code, answer.url) == (302, before.replace("accounts", "safety"))
