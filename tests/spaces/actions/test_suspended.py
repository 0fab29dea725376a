"""What a suspension ends in Spaces."""

import pytest

from audio.caller import Caller
from safety import suspension
from spaces.actions import invitations, lifecycle, requests, suspended
from spaces.admission import refusal_of
from spaces.models import Role, Space
from spaces.room.audio_plan import read
from spaces.viewer import Viewer
from tests.factories import bring_up, make_host, make_space


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
    bring_up(other, speaker, Role.COHOST)
    suspend(speaker)
    assert list(Space.objects.with_on_stage(speaker)) == []
    for each in (space, other):
        assert each.journal.last().payload == {"who": speaker.key, "by": speaker.key}
        assert each.journal.last().kind == "stage_left"


def test_a_suspended_person_waits_in_no_queue(space, host, listener, suspend):
    requests.ask(space, user=listener)
    invitations.invite(space, by=host, user=listener)
    suspend(listener)
    assert space.invitations.count() == 0
    assert [each.outcome for each in space.requests.all()] == ["cancelled"]


def test_nobody_waits_for_a_suspended_host_who_was_away(space, host, speaker, suspend):
    Space.objects.update(host_before=speaker)
    suspend(speaker)
    assert Space.objects.get().host_before is None


def test_no_door_of_a_space_opens(space, listener, suspend):
    suspend(listener)
    decision = refusal_of(space, Viewer(listener))
    assert decision is not None
    assert (decision.code, decision.help_url) == ("suspended", "/suspended/")


def test_the_door_asks_the_database_and_not_the_person_it_was_given(space, listener, suspend):
    known_for_long = Viewer(type(listener).objects.get(pk=listener.pk))
    suspend(listener)
    assert refusal_of(space, known_for_long) is not None


def test_the_audio_node_cuts_the_line(space, host, speaker, listener, suspend):
    for each in (speaker, listener):
        suspend(each)
    callers = [Caller(person=each.key, session="") for each in (speaker, listener, host)]
    plan = read({space.public_id: callers})[space.public_id]
    assert (plan.removed, set(plan.stage)) == ({speaker.key, listener.key}, {host.key})


def test_whose_suspension_is_lifted_may_come_back(space, listener, suspend):
    suspend(listener)
    suspension.lift(listener)
    assert refusal_of(space, Viewer(listener)) is None
    caller = Caller(person=listener.key, session="")
    assert read({space.public_id: [caller]})[space.public_id].removed == frozenset()


def test_suspending_whose_space_ended_is_no_error(space, host, suspend):
    lifecycle.end(space, by=host)
    suspend(host)
    suspended.put_off(host)
