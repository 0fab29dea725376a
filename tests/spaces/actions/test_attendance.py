"""Who is really there: hosts who vanish, and speakers who do. Over a real Redis."""

import time
from datetime import timedelta

import pytest
import redis

from spaces.actions import attendance, lifecycle, stage, succession
from spaces.actions.succession import HANDOVER_AFTER
from spaces.models import Participant, Role, Space, State
from spaces.room import presence
from spaces.room.snapshot import GRACE, build
from tests.factories import bring_up, make_space, make_user

pytestmark = pytest.mark.integration


@pytest.fixture
def door(redis_server):
    """People come and go; time passes by moving what the database remembers of it."""
    client = redis.Redis.from_url(redis_server.url)
    yield Door(client)
    client.close()


class Door:
    def __init__(self, client):
        self.client = client

    def comes(self, space, *people):
        for user in people:
            self.client.zadd(f"presence:{space.public_id}", {user.key: time.time() + 60})

    def goes(self, space, *people):
        for user in people:
            self.client.zrem(f"presence:{space.public_id}", user.key)

    def passes(self, duration):
        for space in Space.objects.exclude(host_away_at=None):
            Space.objects.filter(pk=space.pk).update(host_away_at=space.host_away_at - duration)
        for seat in Participant.objects.exclude(away_at=None):
            Participant.objects.filter(pk=seat.pk).update(away_at=seat.away_at - duration)

    def look(self):
        for space in Space.objects.live():
            attendance.look_after(space)


def roles(space):
    return {seat["person"]["handle"]: seat["role"] for seat in build(space)["stage"]}


def test_a_host_who_is_there_stays_host(door, space, host):
    door.comes(space, host)
    door.look()
    door.passes(GRACE * 2)
    door.look()
    space.refresh_from_db()
    assert (space.state, space.revision) == (State.LIVE, 1)


def test_without_a_cohost_the_space_ends_after_the_grace(door, space, host):
    door.look()
    assert build(space)["space"]["host_away_ends_at"] is None, "a reload is no absence"
    door.passes(HANDOVER_AFTER)
    door.look()
    assert build(space)["space"]["host_away_ends_at"] is not None
    door.passes(GRACE - HANDOVER_AFTER - timedelta(seconds=2))
    door.look()
    assert Space.objects.get().state == State.LIVE
    door.passes(timedelta(seconds=3))
    door.look()
    assert Space.objects.get().state == State.ENDED


def test_a_host_who_comes_back_in_time_is_host(door, space, host):
    door.look()
    door.passes(GRACE / 2)
    door.look()
    door.comes(space, host)
    door.look()
    door.passes(GRACE)
    door.look()
    assert roles(space) == {"hana": "host"}
    assert [row.kind for row in space.journal.all()][1:] == ["host_away", "host_away"]


def test_the_first_cohost_who_is_there_takes_over(door, space, host, cohost):
    second = bring_up(space, make_user("cora"), Role.COHOST)
    door.comes(space, second)
    door.look()
    door.passes(HANDOVER_AFTER)
    door.look()
    assert roles(space) == {"hana": "cohost", "coco": "cohost", "cora": "host"}
    assert Space.objects.get().host == second


def test_a_host_back_in_time_is_host_again_and_the_other_cohost(door, space, host, cohost):
    door.comes(space, cohost)
    door.look()
    door.passes(HANDOVER_AFTER)
    door.look()
    assert roles(space) == {"hana": "cohost", "coco": "host"}
    door.comes(space, host)
    door.look()
    assert roles(space) == {"hana": "host", "coco": "cohost"}
    assert Space.objects.get().host == host


def test_who_stands_in_and_is_lost_too_is_stood_in_for_at_once(door, space, host, cohost):
    second = bring_up(space, make_user("cora"), Role.COHOST)
    door.comes(space, cohost, second)
    door.look()
    door.passes(HANDOVER_AFTER)
    door.look()
    assert roles(space)["coco"] == "host"
    door.goes(space, cohost)
    door.look()
    door.passes(HANDOVER_AFTER)
    door.look()
    assert roles(space) == {"hana": "cohost", "coco": "cohost", "cora": "host"}


def test_a_host_who_is_late_finds_another_host(door, space, host, cohost):
    door.comes(space, cohost)
    door.look()
    door.passes(HANDOVER_AFTER)
    door.look()
    door.passes(GRACE)
    door.look()
    door.comes(space, host)
    door.look()
    assert (Space.objects.get().host, "hana" in roles(space)) == (cohost, False)


def test_a_cohost_who_hosts_elsewhere_does_not_take_over(door, space, host):
    busy = bring_up(space, make_user("busy", followers=900), Role.COHOST)
    elsewhere = make_space(busy, title="Elsewhere")
    door.comes(space, busy)
    door.comes(elsewhere, busy)
    door.look()
    door.passes(HANDOVER_AFTER)
    door.look()
    assert roles(space)["hana"] == "host"


def test_a_host_who_started_another_space_meanwhile_is_not_host_again(door, space, host, cohost):
    door.comes(space, cohost)
    door.look()
    door.passes(HANDOVER_AFTER)
    door.look()
    lifecycle.start(host=host, title="Another")
    door.comes(space, host)
    door.look()
    assert roles(space) == {"hana": "cohost", "coco": "host"}
    assert Space.objects.get(pk=space.pk).host_before is None


def test_two_workers_who_look_at_once_hand_over_once(door, space, host, cohost):
    second = bring_up(space, make_user("cora"), Role.COHOST)
    door.comes(space, cohost, second)
    door.look()
    door.passes(HANDOVER_AFTER)
    looks = [Space.objects.get() for _ in range(2)]
    for seen_before in looks:
        attendance.look_after(seen_before)
    assert roles(space) == {"hana": "cohost", "coco": "host", "cora": "cohost"}


def test_a_speaker_whose_line_is_lost_keeps_the_seat_for_a_minute(door, space, host, speaker):
    door.comes(space, host)
    door.look()
    door.passes(GRACE - timedelta(seconds=2))
    door.look()
    assert "sami" in roles(space)
    door.passes(timedelta(seconds=3))
    door.look()
    assert "sami" not in roles(space)


def test_a_speaker_who_reloads_is_not_away(door, space, host, speaker):
    door.comes(space, host)
    door.look()
    door.comes(space, speaker)
    door.look()
    door.passes(GRACE * 2)
    door.look()
    assert "sami" in roles(space)


def test_while_redis_is_away_nobody_is(door, space, host, redis_server):
    redis_server.stop()
    door.look()
    assert Space.objects.get().host_away_at is None


def test_the_host_hands_over_by_name_and_leaves_the_stage(space, host, cohost):
    succession.hand_over(space, by=host, to=cohost)
    assert roles(space) == {"coco": "host"}
    assert Space.objects.get().host == cohost
    lifecycle.start(host=host, title="Another")


def test_only_a_cohost_becomes_host(space, host, speaker):
    with pytest.raises(succession.NoSuccessor):
        succession.hand_over(space, by=host, to=speaker)
    assert roles(space) == {"hana": "host", "sami": "speaker"}


def test_a_page_that_left_holds_no_lease(door, space, host):
    door.comes(space, host)
    assert presence.here(space.public_id, [host.key, "u0"]) == {host.key}
    door.goes(space, host)
    assert presence.here(space.public_id, [host.key]) == set()
    assert stage.on_stage(space, host)
