"""The queue of the staff, in the admin: read, decide, and a log that nobody edits."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import appeals, avatars, notifications, reporting, staff_log, suspension
from accounts.models import NeverChanged, Report, StaffAct
from spaces import chat
from spaces.models import Space
from tests.cast import make_host, make_space, make_user
from timeline import posts
from timeline.models import Post

pytestmark = pytest.mark.django_db
QUEUE = "/admin/accounts/report/"


@pytest.fixture
def staff():
    return make_user("stella", is_staff=True, is_superuser=True)


@pytest.fixture
def ana():
    return make_user("ana", name="Ana K", bio="Trams")


@pytest.fixture
def ben():
    return make_user("ben")


@pytest.fixture
def client(staff):
    client = Client()
    client.force_login(staff)
    return client


def reported(by, **asked):
    seen = reporting.see(by, asked)
    assert seen is not None
    return reporting.report(
        reporter=by,
        subject=seen.subject,
        about=seen.about,
        ref=seen.ref,
        reason="abuse",
        text="Rude to everyone",
        evidence=seen.evidence,
    )


def decide(client, report, remedy, **data):
    page = f"{QUEUE}{report.pk}/change/"
    return client.post(page, {"remedy": remedy, "reason": "Against the rules", **data})


def words_to(user):
    told, _ = notifications.page(user)
    return [each.text for each in told]


def outcome(report):
    return Report.objects.get(pk=report.pk).outcome


def test_the_queue_opens_with_what_waits(client, ana, ben):
    report = reported(ben, person="ana")
    assert in_queue(client) == [report]
    decide(client, report, "dismiss")
    assert in_queue(client) == []
    assert in_queue(client, queue="closed") == in_queue(client, queue="all") == [report]


def in_queue(client, **filters):
    return list(client.get(QUEUE, filters).context["cl"].result_list)


def test_the_evidence_is_readable(client, space, listener, ben):
    chat.say(space, author=listener, text="Something <awful>")
    page = client.get(f"{QUEUE}{reported(ben, space=space.public_id).pk}/change/").text
    for words in ("Something &lt;awful&gt;", "Host, muted", "Rude to everyone", "@lena", "@hana"):
        assert words in page


def test_its_pictures_are_shown_to_who_may_read_it_and_to_nobody_else(client, ana, ben):
    avatars.wear(ana, ContentFile(b"a picture", "a.webp"))
    report = reported(ben, person="ana")
    [name] = report.evidence["pictures"]
    address = f"{QUEUE}{report.pk}/pictures/{name}/"
    assert f'src="{address}"' in client.get(f"{QUEUE}{report.pk}/change/").text
    shown = client.get(address)
    assert (shown.content, shown["Content-Type"]) == (b"a picture", "image/webp")
    assert "no-store" in shown["Cache-Control"]
    other = reported(ana, person="ben")
    for elsewhere in (f"{QUEUE}{other.pk}/pictures/{name}/", f"/media/evidence/{name}"):
        assert client.get(elsewhere).status_code == 404
    without_right = Client()
    without_right.force_login(make_user(is_staff=True))
    assert without_right.get(address).status_code == 403
    for user in (ana, ben):
        client.force_login(user)
        assert client.get(address).status_code == 302
    assert Client().get(address).status_code == 302


def test_the_history_of_the_reported_stands_beside_it(client, staff, ana, ben):
    earlier = reported(ben, person="ana")
    decide(client, earlier, "warn")
    page = client.get(f"{QUEUE}{reported(make_user(), person='ana').pk}/change/").text
    for words in ("1 other report", "Warned", "Against the rules"):
        assert words in page


def test_dismissing_changes_nothing_and_tells_the_reporter(client, staff, ana, ben):
    report = reported(ben, person="ana")
    decide(client, report, "dismiss")
    assert outcome(report) == "dismissed"
    assert "does not break our rules" in words_to(ben)[0]
    assert words_to(ana) == []
    line = StaffAct.objects.get()
    assert (line.actor, line.act, line.subject, line.report, line.reason) == (
        staff,
        "dismiss",
        ana,
        report,
        "Against the rules",
    )


def test_a_warning_reaches_the_person(client, ana, ben):
    decide(client, reported(ben, person="ana"), "warn")
    assert words_to(ana) == ["A warning from the staff: Against the rules"]
    assert "we warned them" in words_to(ben)[0]


def test_a_profile_is_cleared(client, ana, ben):
    decide(client, reported(ben, person="ana"), "clear_profile")
    ana.refresh_from_db()
    assert (ana.name, ana.bio) == ("ana", "")
    assert StaffAct.objects.get().what == "Ana K · Trams"


def test_a_post_is_removed(client, ana, ben):
    post = posts.write(author=ana, text="Something awful")
    report = reported(ben, post=str(post.pk))
    decide(client, report, "remove_post")
    assert (Post.objects.count(), outcome(report)) == (0, "removed")
    assert StaffAct.objects.get().what == "Something awful"


@pytest.mark.parametrize("about", ["space", "person"])
def test_a_live_space_is_ended(client, ben, about):
    space = make_space(make_host("hana"))
    report = reported(ben, **{about: {"space": space.public_id, "person": "hana"}[about]})
    decide(client, report, "end_space")
    assert (Space.objects.get().state, outcome(report)) == ("ended", "ended")
    assert "The staff ended your Space" in words_to(space.host)[0]
    page = client.get(f"{QUEUE}{report.pk}/change/").text
    assert 'value="end_space"' not in page


def test_a_person_is_suspended_until_a_day(client, ana, ben):
    day = timezone.now().date() + timedelta(days=10)
    report = reported(ben, person="ana")
    decide(client, report, "suspend", length="date", day=day.isoformat())
    found = suspension.current(ana)
    assert (found.until.date(), found.reason) == (day, "Against the rules")
    assert outcome(report) == "suspended"


@pytest.mark.parametrize(("length", "days"), [("1", 1), ("7", 7), ("30", 30), ("forever", None)])
def test_a_person_is_suspended_for_a_while_or_for_good(client, ana, ben, length, days):
    decide(client, reported(ben, person="ana"), "suspend", length=length)
    until = suspension.current(ana).until
    assert (until and round((until - timezone.now()) / timedelta(days=1))) == days


@pytest.mark.parametrize("day", ["", "2020-01-01", "soon"])
def test_a_day_that_is_past_is_no_day(client, ana, ben, day):
    answer = decide(client, reported(ben, person="ana"), "suspend", length="date", day=day)
    assert (answer.status_code, suspension.current(ana)) == (200, None)


def test_every_decision_has_a_reason(client, ana, ben):
    report = reported(ben, person="ana")
    decide(client, report, "warn", reason=" ")
    assert (outcome(report), StaffAct.objects.count()) == ("open", 0)


def test_who_reported_the_same_is_answered_too(client, ana, ben):
    others = [reported(make_user(), person="ana") for _ in range(2)]
    decide(client, reported(ben, person="ana"), "warn")
    assert [outcome(report) for report in others] == ["warned", "warned"]
    assert "we warned them" in words_to(others[0].reporter)[0]


def test_dismissing_one_leaves_the_others_in_the_queue(client, ana, ben):
    other = reported(make_user(), person="ana")
    decide(client, reported(ben, person="ana"), "dismiss")
    assert outcome(other) == "open"


def test_more_can_be_done_about_a_closed_report_but_not_dismiss_it(client, ana, ben):
    report = reported(ben, person="ana")
    decide(client, report, "warn")
    decide(client, report, "dismiss")
    assert outcome(report) == "warned"
    decide(client, report, "suspend", length="1")
    assert outcome(report) == "suspended"
    assert [line.act for line in StaffAct.objects.all()] == ["suspend", "warn"]


def test_an_appeal_comes_to_the_queue_and_may_lift_the_suspension(client, staff, ana):
    found = suspension.suspend(ana, until=None, reason="Shouting", by=staff)
    appeal = appeals.appeal(found, text="It was my brother.")
    page = client.get(f"{QUEUE}{appeal.pk}/change/").text
    assert "It was my brother." in page
    assert "Shouting" in page
    decide(client, appeal, "lift")
    assert (suspension.current(ana), outcome(appeal)) == (None, "lifted")
    assert "lifted your suspension" in words_to(ana)[0]


def test_an_appeal_may_be_dismissed_and_its_person_reads_it(client, staff, ana):
    found = suspension.suspend(ana, until=None, reason="Shouting", by=staff)
    decide(client, appeals.appeal(found, text="Please"), "dismiss")
    theirs = Client()
    theirs.force_login(ana)
    assert "The suspension stays" in theirs.get("/suspended/").text


def test_staff_are_not_suspended_from_the_queue(client, ben):
    make_user("stan", is_staff=True)
    page = client.get(f"{QUEUE}{reported(ben, person='stan').pk}/change/").text
    assert 'value="suspend"' not in page


def test_staff_open_a_case_about_somebody_whom_nobody_reported(client, ana):
    action = {"action": "open_case", "_selected_action": [ana.pk]}
    answer = client.post("/admin/accounts/user/", action)
    case = Report.objects.get()
    assert answer.url == f"{QUEUE}{case.pk}/change/"
    assert (case.subject, case.evidence["facts"]["Bio"]) == (ana, "Trams")


def test_nobody_edits_the_log_not_even_a_superuser(client, staff, ana):
    line = staff_log.note(staff, act="warn", subject=ana, reason="Rude")
    name = "admin:accounts_staffact"
    assert "Rude" in client.get(reverse(f"{name}_changelist")).text
    assert client.get(reverse(f"{name}_change", args=[line.pk])).status_code == 200
    for address in ("change", "delete"):
        url = reverse(f"{name}_{address}", args=[line.pk])
        assert client.post(url, {"reason": "x", "post": "yes"}).status_code == 403
    assert client.get(reverse(f"{name}_add")).status_code == 403
    client.post(
        reverse(f"{name}_changelist"), {"action": "delete_selected", "_selected_action": [line.pk]}
    )
    assert StaffAct.objects.get().reason == "Rude"


def test_nobody_edits_the_log_in_code_either(staff):
    line = staff_log.note(staff, act="warn")
    for change in (
        line.save,
        line.delete,
        StaffAct.objects.all().delete,
        lambda: StaffAct.objects.update(reason="x"),
    ):
        with pytest.raises(NeverChanged), transaction.atomic():
            change()


def test_every_other_act_of_the_staff_is_in_the_log(client, staff, ana, space):
    people = {"action": "grant_early_access", "_selected_action": [ana.pk]}
    client.post("/admin/accounts/user/", people)
    spaces = {"action": "end_for_everyone", "_selected_action": [space.pk]}
    client.post("/admin/spaces/space/", spaces)
    lines = [(line.act, line.actor, line.subject) for line in StaffAct.objects.all()]
    assert lines == [("end_space", staff, space.host), ("grant_early_access", staff, ana)]


def test_a_reader_of_the_queue_may_not_decide(ana, ben):
    reader = make_user("rita", is_staff=True)
    report = reported(ben, person="ana")
    client = Client()
    client.force_login(reader)
    page = f"{QUEUE}{report.pk}/change/"
    assert client.get(page).status_code == 403
    permit(reader, "view_report")
    assert "Decide" not in client.get(page).text
    assert decide(client, report, "warn").status_code == 403
    permit(reader, "change_report")
    assert decide(client, report, "warn").status_code == 302


def permit(user, right):
    user.user_permissions.add(Permission.objects.get(codename=right))


def test_people_do_not_come_into_the_queue(ana):
    client = Client()
    client.force_login(ana)
    assert client.get(QUEUE, follow=True).status_code == 403
