"""What the audio node reads of a Space."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext

from spaces.audio.plan import RoomPlan
from spaces.audio.planning import PlanReader, read
from spaces.models import Participant, Removal, Space, State
from tests import cast


def test_the_plan_names_the_stage_and_who_is_muted(space, host, speaker):
    Participant.objects.filter(user=host).update(muted=False)
    Participant.objects.filter(user=speaker).update(muted=True)
    plan = read([space.public_id])[space.public_id]
    assert plan == RoomPlan(
        space.public_id, live=True, stage={host.key: False, speaker.key: True}, guests=False
    )


def test_who_left_the_stage_is_not_on_it(space, host, speaker):
    row = Participant.objects.get(user=speaker)
    row.left_at = row.joined_at
    row.save()
    assert list(read([space.public_id])[space.public_id].stage) == [host.key]


def test_a_suspended_speaker_is_not_on_the_stage(space, host, speaker):
    speaker.is_active = False
    speaker.save()
    assert list(read([space.public_id])[space.public_id].stage) == [host.key]


def test_the_plan_names_the_removed(space, host, listener):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    assert read([space.public_id])[space.public_id].removed == {listener.key}


@pytest.mark.django_db
def test_what_is_not_live_has_an_empty_plan(space):
    Space.objects.filter(pk=space.pk).update(state=State.CANCELLED, started_at=None)
    expected = {room: RoomPlan(room) for room in (space.public_id, "no such")}
    assert read([space.public_id, "no such"]) == expected


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_plans_is_four_queries(db, count):
    spaces = [cast.make_space(cast.make_host(f"host{number}")) for number in range(count)]
    with CaptureQueriesContext(connection) as queries:
        plans = read([space.public_id for space in spaces])
    assert (len(queries), sum(plan.live for plan in plans.values())) == (4, count)


@pytest.mark.django_db(transaction=True)
async def test_who_asks_during_a_read_gets_the_next_one():
    make_room = sync_to_async(lambda: cast.make_space(cast.make_host("hana")))
    space = await make_room()
    reader = PlanReader()
    early = asyncio.create_task(reader.plan_of(space.public_id))
    await asyncio.sleep(0)
    also_early = asyncio.create_task(reader.plan_of("no such"))
    assert (await early).live is True
    await sync_to_async(Space.objects.filter(pk=space.pk).update)(soundscape=True)
    assert (await reader.plan_of(space.public_id)).soundscape is True
    assert await also_early == RoomPlan("no such")
