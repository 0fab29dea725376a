"""What the staff decide about a report: what it changes, and who is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from safety import appeals, suspension
from safety.models import StaffAct
from safety.moderation_actions import Decision, NoLongerPossible
from spaces.actions import lifecycle
from spaces.models import Space
from spaces.moderation_actions import END_SPACE
from tests.factories import make_host, make_space, make_user
from tests.safety.desk import QUEUE, decide, outcome, reported, words_to
from timeline import posts
from timeline.models import Post
from timeline.moderation_actions import REMOVE_POST

pytestmark = pytest.mark.django_db


def test_dismissing_changes_nothing_and_tells_the_reporter(as_staff, staff, ana, ben):
    report = reported(ben, person="ana")
    decide(as_staff, report, "dismiss")
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


def test_a_warning_reaches_the_person(as_staff, ana, ben):
    decide(as_staff, reported(ben, person="ana"), "warn")
    assert words_to(ana) == ["A warning from the staff: Against the rules"]
    assert "we warned them" in words_to(ben)[0]


def test_a_profile_is_cleared(as_staff, ana, ben):
    decide(as_staff, reported(ben, person="ana"), "clear_profile")
    ana.refresh_from_db()
    assert (ana.name, ana.bio) == ("ana", "")
    assert StaffAct.objects.get().what == "Ana · Trams"


def test_a_post_is_removed(as_staff, ana, ben):
    post = posts.write(author=ana, text="Something awful")
    report = reported(ben, post=str(post.pk))
    decide(as_staff, report, "remove_post")
    assert (Post.objects.count(), outcome(report)) == (0, "removed")
    assert StaffAct.objects.get().what == "Something awful"


@pytest.mark.parametrize("about", ["space", "person"])
def test_a_live_space_is_ended(as_staff, ben, about):
    space = make_space(make_host("hana"))
    report = reported(ben, **{about: {"space": space.public_id, "person": "hana"}[about]})
    decide(as_staff, report, "end_space")
    assert (Space.objects.get().state, outcome(report)) == ("ended", "ended")
    assert "The staff ended your Space" in words_to(space.host)[0]
    page = as_staff.get(f"{QUEUE}{report.pk}/change/").text
    assert 'value="end_space"' not in page


def test_a_person_is_suspended_until_a_day(as_staff, ana, ben):
    day = timezone.now().date() + timedelta(days=10)
    report = reported(ben, person="ana")
    decide(as_staff, report, "suspend", length="date", day=day.isoformat())
    found = suspension.current(ana)
    assert (found.until.date(), found.reason) == (day, "Against the rules")
    assert outcome(report) == "suspended"


@pytest.mark.parametrize(("length", "days"), [("1", 1), ("7", 7), ("30", 30), ("forever", None)])
def test_a_person_is_suspended_for_a_while_or_for_good(as_staff, ana, ben, length, days):
    decide(as_staff, reported(ben, person="ana"), "suspend", length=length)
    until = suspension.current(ana).until
    assert (until and round((until - timezone.now()) / timedelta(days=1))) == days


@pytest.mark.parametrize("day", ["", "2020-01-01", "soon"])
def test_a_day_that_is_past_is_no_day(as_staff, ana, ben, day):
    answer = decide(as_staff, reported(ben, person="ana"), "suspend", length="date", day=day)
    assert (answer.status_code, suspension.current(ana)) == (200, None)


def test_every_decision_has_a_reason(as_staff, ana, ben):
    report = reported(ben, person="ana")
    decide(as_staff, report, "warn", reason=" ")
    assert (outcome(report), StaffAct.objects.count()) == ("open", 0)


def test_who_reported_the_same_is_answered_too(as_staff, ana, ben):
    others = [reported(make_user(), person="ana") for _ in range(2)]
    decide(as_staff, reported(ben, person="ana"), "warn")
    assert [outcome(report) for report in others] == ["warned", "warned"]
    assert "we warned them" in words_to(others[0].reporter)[0]


@pytest.mark.parametrize("about", ["post", "space"])
def test_what_goes_away_while_one_decides_is_said(staff, ana, ben, about):
    post = posts.write(author=ana, text="Something awful")
    space = make_space(make_host("hana"))
    ref, action = {
        "post": (str(post.pk), REMOVE_POST),
        "space": (space.public_id, END_SPACE),
    }[about]
    report = reported(ben, **{about: ref})
    posts.delete(post, by=ana)
    lifecycle.end(space, by=space.host)
    with pytest.raises(NoLongerPossible):
        action.apply(Decision(report, by=staff, reason="Against the rules"))


def test_dismissing_one_leaves_the_others_in_the_queue(as_staff, ana, ben):
    other = reported(make_user(), person="ana")
    decide(as_staff, reported(ben, person="ana"), "dismiss")
    assert outcome(other) == "open"


def test_more_can_be_done_about_a_closed_report_but_not_dismiss_it(as_staff, ana, ben):
    report = reported(ben, person="ana")
    decide(as_staff, report, "warn")
    decide(as_staff, report, "dismiss")
    assert outcome(report) == "warned"
    decide(as_staff, report, "suspend", length="1")
    assert outcome(report) == "suspended"
    assert [line.act for line in StaffAct.objects.all()] == ["suspend", "warn"]


def test_an_appeal_comes_to_the_queue_and_may_lift_the_suspension(as_staff, staff, ana):
    found = suspension.suspend(ana, until=None, reason="Shouting", by=staff)
    appeal = appeals.appeal(found, text="It was my brother.")
    page = as_staff.get(f"{QUEUE}{appeal.pk}/change/").text
    assert "It was my brother." in page
    assert "Shouting" in page
    decide(as_staff, appeal, "lift")
    assert (suspension.current(ana), outcome(appeal)) == (None, "lifted")
    assert "lifted your suspension" in words_to(ana)[0]


def test_an_appeal_may_be_dismissed_and_its_person_reads_it(as_staff, as_ana, staff, ana):
    found = suspension.suspend(ana, until=None, reason="Shouting", by=staff)
    decide(as_staff, appeals.appeal(found, text="Please"), "dismiss")
    assert "The suspension stays" in as_ana.get("/suspended/").text


def test_staff_are_not_suspended_from_the_queue(as_staff, ben):
    make_user("stan", is_staff=True)
    page = as_staff.get(f"{QUEUE}{reported(ben, person='stan').pk}/change/").text
    assert 'value="suspend"' not in page
