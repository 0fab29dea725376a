"""What a suspension does in Spaces."""

import pytest

from audio.caller import Caller
from safety import suspension
from spaces.actions import invitations, lifecycle, requests, suspended
from spaces.admission import refusal_of
from spaces.models import Role, Space
from spaces.room.audio_plan import read
from spaces.viewer import Viewer
from tests.factories import make_host, make_space, put_on_stage


@pytest.fixture
def suspend(staff, django_capture_on_commit_callbacks):
    def act(user):
        with django_capture_on_commit_callbacks(execute=True):
            suspension.suspend(user, until=None, reason="Threats", by=staff)

    return act


def test_the_space_of_a_suspended_host_ends(space, host, suspend):
    suspend(host)
    space.refresh_from_db()
    assert (space.state, space.journal.last().kind) == ("ended", "ended")


def test_a_suspended_speaker_leaves_every_stage(host, space, speaker, suspend):
    other = make_space(make_host())
    put_on_stage(other, speaker, Role.COHOST)
    suspend(speaker)
    assert list(Space.objects.with_on_stage(speaker)) == []
    for each in (space, other):
        assert each.journal.last().payload == {"who": speaker.key, "by": speaker.key}
        assert each.journal.last().kind == "stage_left"


def test_a_suspension_cancels_requests_and_invitations(space, host, listener, suspend):
    requests.ask(space, user=listener)
    invitations.invite(space, by=host, user=listener)
    suspend(listener)
    assert space.invitations.count() == 0
    assert [each.outcome for each in space.requests.all()] == ["cancelled"]


def test_a_suspended_host_who_was_disconnected_cannot_return_as_host(space, host, speaker, suspend):
    Space.objects.update(host_before=speaker)
    suspend(speaker)
    assert Space.objects.get().host_before is None


def test_a_suspended_person_is_refused_admission(space, listener, suspend):
    suspend(listener)
    refusal = refusal_of(space, Viewer(listener))
    assert refusal is not None
    assert (refusal.code, refusal.help_url) == ("suspended", "/suspended/")


def test_admission_checks_the_database_and_not_a_stale_user_object(space, listener, suspend):
    stale_viewer = Viewer(type(listener).objects.get(pk=listener.pk))
    suspend(listener)
    assert refusal_of(space, stale_viewer) is not None


def test_the_audio_plan_removes_suspended_people(space, host, speaker, listener, suspend):
    for each in (speaker, listener):
        suspend(each)
    callers = [Caller(person=each.key, session="") for each in (speaker, listener, host)]
    plan = read({space.public_id: callers})[space.public_id]
    assert (plan.removed, set(plan.stage)) == ({speaker.key, listener.key}, {host.key})


def test_a_person_can_come_back_after_the_suspension_is_lifted(space, listener, suspend):
    suspend(listener)
    suspension.lift(listener)
    assert refusal_of(space, Viewer(listener)) is None
    caller = Caller(person=listener.key, session="")
    assert read({space.public_id: [caller]})[space.public_id].removed == frozenset()


def test_suspending_a_host_whose_space_has_ended_raises_no_error(space, host, suspend):
    lifecycle.end(space, by=host)
    suspend(host)
    suspended.leave_everything(host)
