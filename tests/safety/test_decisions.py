"""Decisions of the staff about reports: what they change, and who is notified."""

from datetime import timedelta

import pytest
from django.utils import timezone

from safety import appeals, suspension
from safety.models import StaffAct
from safety.moderation.actions import Decision, NoLongerPossible
from spaces.actions import lifecycle
from spaces.models import Space
from spaces.moderation_actions import END_SPACE
from tests.factories import make_host, make_space, make_user
from tests.safety.moderation import QUEUE, decide, file_report, notification_texts, outcome_of
from timeline import posts
from timeline.models import Post
from timeline.moderation_actions import REMOVE_POST

pytestmark = pytest.mark.django_db


def test_dismissing_a_report_notifies_only_the_reporter(as_staff, staff, ana, ben):
    report = file_report(ben, person="ana")
    decide(as_staff, report, "dismiss")
    assert outcome_of(report) == "dismissed"
    assert "does not break our rules" in notification_texts(ben)[0]
    assert notification_texts(ana) == []
    entry = StaffAct.objects.get()
    assert (entry.actor, entry.act, entry.subject, entry.report, entry.reason) == (
        staff,
        "dismiss",
        ana,
        report,
        "Against the rules",
    )


def test_a_warning_reaches_the_person_and_the_reporter(as_staff, ana, ben):
    decide(as_staff, file_report(ben, person="ana"), "warn")
    assert notification_texts(ana) == ["A warning from the staff: Against the rules"]
    assert "we warned them" in notification_texts(ben)[0]


def test_clearing_a_profile_resets_its_name_and_bio(as_staff, ana, ben):
    decide(as_staff, file_report(ben, person="ana"), "clear_profile")
    ana.refresh_from_db()
    assert (ana.name, ana.bio) == ("ana", "")
    assert StaffAct.objects.get().what == "Ana · Trams"


def test_removing_a_post_deletes_it(as_staff, ana, ben):
    post = posts.write(author=ana, text="Something awful")
    report = file_report(ben, post=str(post.pk))
    decide(as_staff, report, "remove_post")
    assert (Post.objects.count(), outcome_of(report)) == (0, "removed")
    assert StaffAct.objects.get().what == "Something awful"


@pytest.mark.parametrize("about", ["space", "person"])
def test_a_live_space_can_be_ended(as_staff, ben, about):
    space = make_space(make_host("hana"))
    report = file_report(ben, **{about: {"space": space.public_id, "person": "hana"}[about]})
    decide(as_staff, report, "end_space")
    assert (Space.objects.get().state, outcome_of(report)) == ("ended", "ended")
    assert "The staff ended your Space" in notification_texts(space.host)[0]
    page = as_staff.get(f"{QUEUE}{report.pk}/change/").text
    assert 'value="end_space"' not in page


def test_a_person_can_be_suspended_until_a_date(as_staff, ana, ben):
    day = timezone.now().date() + timedelta(days=10)
    report = file_report(ben, person="ana")
    decide(as_staff, report, "suspend", length="date", day=day.isoformat())
    found = suspension.current(ana)
    assert (found.until.date(), found.reason) == (day, "Against the rules")
    assert outcome_of(report) == "suspended"


@pytest.mark.parametrize(("length", "days"), [("1", 1), ("7", 7), ("30", 30), ("forever", None)])
def test_a_person_can_be_suspended_for_a_period_or_permanently(as_staff, ana, ben, length, days):
    decide(as_staff, file_report(ben, person="ana"), "suspend", length=length)
    until = suspension.current(ana).until
    assert (until and round((until - timezone.now()) / timedelta(days=1))) == days


@pytest.mark.parametrize("day", ["", "2020-01-01", "soon"])
def test_an_invalid_or_past_date_is_refused(as_staff, ana, ben, day):
    answer = decide(as_staff, file_report(ben, person="ana"), "suspend", length="date", day=day)
    assert (answer.status_code, suspension.current(ana)) == (200, None)


def test_a_decision_requires_a_reason(as_staff, ana, ben):
    report = file_report(ben, person="ana")
    decide(as_staff, report, "warn", reason=" ")
    assert (outcome_of(report), StaffAct.objects.count()) == ("open", 0)


def test_other_reports_about_the_same_person_are_closed_too(as_staff, ana, ben):
    others = [file_report(make_user(), person="ana") for _ in range(2)]
    decide(as_staff, file_report(ben, person="ana"), "warn")
    assert [outcome_of(report) for report in others] == ["warned", "warned"]
    assert "we warned them" in notification_texts(others[0].reporter)[0]


@pytest.mark.parametrize("about", ["post", "space"])
def test_an_action_on_something_deleted_or_ended_meanwhile_is_refused(staff, ana, ben, about):
    post = posts.write(author=ana, text="Something awful")
    space = make_space(make_host("hana"))
    ref, action = {
        "post": (str(post.pk), REMOVE_POST),
        "space": (space.public_id, END_SPACE),
    }[about]
    report = file_report(ben, **{about: ref})
    posts.delete(post, by=ana)
    lifecycle.end(space, by=space.host)
    with pytest.raises(NoLongerPossible):
        action.apply(Decision(report, by=staff, reason="Against the rules"))


def test_dismissing_one_report_keeps_the_others_open(as_staff, ana, ben):
    other = file_report(make_user(), person="ana")
    decide(as_staff, file_report(ben, person="ana"), "dismiss")
    assert outcome_of(other) == "open"


def test_a_closed_report_allows_further_actions_but_no_dismissal(as_staff, ana, ben):
    report = file_report(ben, person="ana")
    decide(as_staff, report, "warn")
    decide(as_staff, report, "dismiss")
    assert outcome_of(report) == "warned"
    decide(as_staff, report, "suspend", length="1")
    assert outcome_of(report) == "suspended"
    assert [entry.act for entry in StaffAct.objects.all()] == ["suspend", "warn"]


def test_an_appeal_is_queued_and_can_lift_the_suspension(as_staff, staff, ana):
    found = suspension.suspend(ana, until=None, reason="Shouting", by=staff)
    appeal = appeals.appeal(found, text="It was my brother.")
    page = as_staff.get(f"{QUEUE}{appeal.pk}/change/").text
    assert "It was my brother." in page
    assert "Shouting" in page
    decide(as_staff, appeal, "lift")
    assert (suspension.current(ana), outcome_of(appeal)) == (None, "lifted")
    assert "lifted your suspension" in notification_texts(ana)[0]


def test_lifting_a_suspension_because_of_a_report_answers_the_reporter(as_staff, staff, ana, ben):
    suspension.suspend(ana, until=None, reason="Shouting", by=staff)
    decide(as_staff, file_report(ben, person="ana"), "lift")
    assert notification_texts(ben)[0] == "Your report about @ana: we lifted their suspension."


def test_a_dismissed_appeal_is_shown_to_its_author(as_staff, as_ana, staff, ana):
    found = suspension.suspend(ana, until=None, reason="Shouting", by=staff)
    decide(as_staff, appeals.appeal(found, text="Please"), "dismiss")
    assert "The suspension stays" in as_ana.get("/suspended/").text


def test_staff_cannot_be_suspended_from_the_queue(as_staff, ben):
    make_user("stan", is_staff=True)
    page = as_staff.get(f"{QUEUE}{file_report(ben, person='stan').pk}/change/").text
    assert 'value="suspend"' not in page
