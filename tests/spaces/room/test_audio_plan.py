"""The plan of a Space that the audio node reads."""

import asyncio

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Block, User
from accounts.session_refs import SessionRef, unseal
from audio.caller import Caller
from audio.plan import RoomPlan
from safety import suspension
from spaces.captioning import Voices
from spaces.models import Participant, Removal, Space, State
from spaces.room.audio_plan import PlanReader, read
from tests import factories
from tests.fixtures.room import in_thread


def test_the_plan_lists_who_is_on_stage_and_who_is_muted(space, host, speaker):
    Participant.objects.filter(user=host).update(muted=False)
    Participant.objects.filter(user=speaker).update(muted=True)
    assert plan(space) == RoomPlan(
        space.public_id, live=True, stage={host.key: False, speaker.key: True}, guests=False
    )


def test_the_plan_omits_people_who_left_the_stage(space, host, speaker):
    row = Participant.objects.get(user=speaker)
    row.left_at = row.joined_at
    row.save()
    assert list(plan(space).stage) == [host.key]


def test_the_plan_omits_speakers_whose_account_is_closed(space, host, speaker):
    speaker.is_active = False
    speaker.save()
    assert list(plan(space).stage) == [host.key]


def test_the_plan_lists_removed_people(space, host, listener):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    assert plan(space).removed == {listener.key}


@pytest.mark.django_db
def test_a_space_that_is_not_live_has_an_empty_plan(space):
    Space.objects.filter(pk=space.pk).update(state=State.CANCELLED, started_at=None)
    expected = {room: RoomPlan(room) for room in (space.public_id, "no such")}
    assert read(dict.fromkeys(expected, ())) == expected


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_does_not_grow_with_plans_and_callers(db, count):
    spaces = [factories.make_space(factories.make_host(f"host{number}")) for number in range(count)]
    asked = {space.public_id: [signed_in(factories.make_user())] * count for space in spaces}
    with CaptureQueriesContext(connection) as queries:
        plans = read(asked)
    assert (len(queries), sum(plan.live for plan in plans.values())) == (8, count)


def test_a_room_without_callers_takes_three_queries(space):
    with CaptureQueriesContext(connection) as queries:
        read({space.public_id: ()})
    assert len(queries) == 3


def end_the_session(user, session):
    session.delete()


def let_it_expire(user, session):
    Session.objects.update(expire_date=timezone.now())


def close_the_account(user, session):
    User.objects.filter(pk=user.pk).update(is_active=False)


def delete_the_account(user, session):
    User.objects.filter(pk=user.pk).delete()


def change_the_password(user, session):
    User.objects.filter(pk=user.pk).update(password=make_password("another"))


ENDS = [
    end_the_session,
    let_it_expire,
    close_the_account,
    delete_the_account,
    change_the_password,
]


@pytest.mark.parametrize("end", ENDS)
def test_the_plan_lists_ended_sessions(both_databases, end):
    space, user = factories.make_space(), factories.make_user()
    session = SessionStore()
    session.create()
    caller = Caller(person=user.key, session=SessionRef.of(session, user).seal())
    assert plan(space, caller).refusal_of(caller) == ""
    end(user, session)
    assert plan(space, caller).ended == {caller.session}
    assert plan(space, caller).refusal_of(caller) == "signed_out"


def test_other_sessions_go_on_when_one_ends(both_databases):
    space, user = factories.make_space(), factories.make_user()
    phone, laptop, other = signed_in(user), signed_in(user), signed_in(factories.make_user())
    Session.objects.filter(pk=unseal(phone.session).key).delete()
    assert plan(space, phone, laptop, other).ended == {phone.session}


def test_the_plan_lists_ended_sessions_of_guests(both_databases):
    space, session = factories.make_space(), SessionStore()
    session.create()
    guest = Caller(person="gt0k3n", session=SessionRef.of(session, None).seal())
    assert plan(space, guest).ended == frozenset()
    session.delete()
    assert plan(space, guest).ended == {guest.session}


def test_an_invalid_session_reference_counts_as_ended(both_databases):
    space, user = factories.make_space(), factories.make_user()
    sealed = signed_in(user).session
    forged = [Caller(person=user.key, session=each) for each in ("", "a", sealed[:-8] + "AAAAAAA=")]
    assert plan(space, *forged).ended == {each.session for each in forged}


def test_a_person_blocked_by_the_host_is_removed_as_a_guest_too(both_databases):
    space, user, other = factories.make_space(), factories.make_user(), factories.make_user()
    Block.objects.create(blocker=space.host, blocked=user)
    Block.objects.create(blocker=other, blocked=space.host)
    guest = Caller(person=f"gt0k3n {user.key}", session="")
    assert plan(space, guest, signed_in(other)).removed == {user.key}
    Space.objects.update(host_before=user)  # a host who lost the connection can come back
    assert plan(space, guest).removed == frozenset()


def test_a_person_whose_account_is_suspended_or_closed_is_removed_as_a_guest_too(both_databases):
    space, user, staff = factories.make_space(), factories.make_user(), factories.make_user()
    guest = Caller(person=f"gt0k3n {user.key}", session="")
    suspension.suspend(user, until=None, reason="Threats", by=staff)
    assert plan(space, guest).removed == {user.key}
    suspension.lift(user)
    assert plan(space, guest).removed == frozenset()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert plan(space, guest).removed == {user.key}
    user.delete()  # admission no longer knows them either
    assert plan(space, guest).removed == frozenset()


def signed_in(user: User) -> Caller:
    session = SessionStore()
    session.create()
    return Caller(person=user.key, session=SessionRef.of(session, user).seal())


def plan(space: Space, *callers: Caller) -> RoomPlan:
    return read({space.public_id: callers})[space.public_id]


@pytest.mark.django_db(transaction=True)
async def test_a_request_during_a_read_gets_a_newer_plan():
    space = await in_thread(lambda: factories.make_space(factories.make_host("hana")))
    reader = PlanReader()
    early = asyncio.create_task(reader.plan_of(space.public_id))
    await asyncio.sleep(0)
    also_early = asyncio.create_task(reader.plan_of("no such"))
    assert (await early).live is True
    await in_thread(Space.objects.filter(pk=space.pk).update, soundscape=True, music_mode=True)
    plan = await reader.plan_of(space.public_id)
    assert (plan.soundscape, plan.music) == (True, True)
    assert await also_early == RoomPlan("no such")


def ask_for_captions(spaces):
    """Stands in for the app that knows whose voice is captioned."""
    return {pk: Voices(frozenset({"u1", "u2"}), "en") for pk in spaces}


@pytest.mark.django_db
def test_a_higher_level_app_decides_whose_voice_is_captioned(space, settings):
    assert plan(space).captioned == frozenset()
    settings.CAPTIONED_VOICES = f"{__name__}.ask_for_captions"
    assert plan(space).captioned == {"u1", "u2"}
