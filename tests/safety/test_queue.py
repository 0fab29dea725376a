"""The queue of the staff, in the admin: what waits, and who may read it."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts import avatars
from safety.models import Report
from spaces.actions import chat
from tests.factories import make_user, signed_in
from tests.safety.desk import QUEUE, decide, permit, reported

pytestmark = pytest.mark.django_db


def test_the_queue_opens_with_what_waits(as_staff, ana, ben):
    report = reported(ben, person="ana")
    assert in_queue(as_staff) == [report]
    decide(as_staff, report, "dismiss")
    assert in_queue(as_staff) == []
    assert in_queue(as_staff, queue="closed") == in_queue(as_staff, queue="all") == [report]


def in_queue(client, **filters):
    return list(client.get(QUEUE, filters).context["cl"].result_list)


def test_the_evidence_is_readable(as_staff, space, listener, ben):
    chat.say(space, author=listener, text="Something <awful>")
    page = as_staff.get(f"{QUEUE}{reported(ben, space=space.public_id).pk}/change/").text
    for words in ("Something &lt;awful&gt;", "Host, muted", "Rude to everyone", "@lena", "@hana"):
        assert words in page


def test_its_pictures_are_shown_to_who_may_read_it_and_to_nobody_else(as_staff, ana, ben):
    avatars.set_picture(ana, ContentFile(b"a picture", "a.webp"))
    report = reported(ben, person="ana")
    [name] = report.evidence["pictures"]
    address = f"{QUEUE}{report.pk}/pictures/{name}/"
    assert f'src="{address}"' in as_staff.get(f"{QUEUE}{report.pk}/change/").text
    shown = as_staff.get(address)
    assert (shown.content, shown["Content-Type"]) == (b"a picture", "image/webp")
    assert "no-store" in shown["Cache-Control"]
    other = reported(ana, person="ben")
    for elsewhere in (f"{QUEUE}{other.pk}/pictures/{name}/", f"/media/evidence/{name}"):
        assert as_staff.get(elsewhere).status_code == 404
    assert signed_in(make_user(is_staff=True)).get(address).status_code == 403
    for user in (ana, ben):
        assert signed_in(user).get(address).status_code == 302
    assert Client().get(address).status_code == 302


def test_the_history_of_the_reported_stands_beside_it(as_staff, staff, ana, ben):
    earlier = reported(ben, person="ana")
    decide(as_staff, earlier, "warn")
    page = as_staff.get(f"{QUEUE}{reported(make_user(), person='ana').pk}/change/").text
    for words in ("1 other report", "Warned", "Against the rules"):
        assert words in page


def test_staff_open_a_case_about_somebody_whom_nobody_reported(as_staff, ana):
    action = {"action": "open_case", "_selected_action": [ana.pk]}
    answer = as_staff.post("/admin/accounts/user/", action)
    case = Report.objects.get()
    assert answer.url == f"{QUEUE}{case.pk}/change/"
    assert (case.subject, case.evidence["facts"]["Bio"]) == (ana, "Trams")


def test_a_reader_of_the_queue_may_not_decide(ana, ben):
    reader = make_user("rita", is_staff=True)
    report = reported(ben, person="ana")
    client = signed_in(reader)
    page = f"{QUEUE}{report.pk}/change/"
    assert client.get(page).status_code == 403
    permit(reader, "view_report")
    assert "Decide" not in client.get(page).text
    assert decide(client, report, "warn").status_code == 403
    permit(reader, "change_report")
    assert decide(client, report, "warn").status_code == 302


def test_people_do_not_come_into_the_queue(as_ana):
    assert as_ana.get(QUEUE, follow=True).status_code == 403


def test_the_queue_is_found_where_it_was_before(as_staff, ana, ben):
    report = reported(ben, person="ana")
    before = f"/admin/accounts/report/{report.pk}/change/?queue=all"
    answer = as_staff.get(before)
    assert (answer.status_code, answer.url) == (302, before.replace("accounts", "safety"))
