"""Hosts and speakers who lose their connection, with presence in a real Redis."""

import time
from datetime import timedelta

import pytest
import redis

from spaces.actions import attendance, invitations, lifecycle, stage, succession
from spaces.actions.succession import GRACE, HANDOVER_AFTER
from spaces.models import Participant, Role, Space, State
from spaces.room import presence
from spaces.room.snapshot import build
from spaces.tasks import update_stages
from tests.factories import make_scheduled_space, make_space, make_user, put_on_stage

pytestmark = pytest.mark.integration


@pytest.fixture
def simulation(redis_server):
    """Connect and disconnect people, and let time pass."""
    client = redis.Redis.from_url(redis_server.url)
    yield Simulation(client)
    client.close()


class Simulation:
    def __init__(self, client):
        self.client = client

    def connect(self, space, *people):
        for user in people:
            self.client.zadd(f"presence:{space.public_id}", {user.key: time.time() + 60})

    def disconnect(self, space, *people):
        for user in people:
            self.client.zrem(f"presence:{space.public_id}", user.key)

    def pass_time(self, duration):
        # Let time pass by moving the stored times into the past.
        for space in Space.objects.exclude(host_away_at=None):
            Space.objects.filter(pk=space.pk).update(host_away_at=space.host_away_at - duration)
        for seat in Participant.objects.exclude(away_at=None):
            Participant.objects.filter(pk=seat.pk).update(away_at=seat.away_at - duration)

    def check_attendance(self):
        update_stages()


def roles(space):
    return {seat["person"]["handle"]: seat["role"] for seat in build(space)["stage"]}


def test_a_connected_host_stays_host(simulation, space, host):
    simulation.connect(space, host)
    simulation.check_attendance()
    simulation.pass_time(GRACE * 2)
    simulation.check_attendance()
    space.refresh_from_db()
    assert (space.state, space.revision) == (State.LIVE, 1)


def test_a_space_without_a_cohost_ends_after_the_grace_period(simulation, space, host):
    simulation.check_attendance()
    assert build(space)["space"]["host_away_ends_at"] is None, (
        "a reload does not count as an absence"
    )
    simulation.pass_time(HANDOVER_AFTER)
    simulation.check_attendance()
    assert build(space)["space"]["host_away_ends_at"] is not None
    simulation.pass_time(GRACE - HANDOVER_AFTER - timedelta(seconds=2))
    simulation.check_attendance()
    assert Space.objects.get().state == State.LIVE
    simulation.pass_time(timedelta(seconds=3))
    simulation.check_attendance()
    assert Space.objects.get().state == State.ENDED


def test_a_host_who_reconnects_in_time_stays_host(simulation, space, host):
    simulation.check_attendance()
    simulation.pass_time(GRACE / 2)
    simulation.check_attendance()
    simulation.connect(space, host)
    simulation.check_attendance()
    simulation.pass_time(GRACE)
    simulation.check_attendance()
    assert roles(space) == {"hana": "host"}
    assert [row.kind for row in space.journal.all()][1:] == ["host_away", "host_away"]


def test_everyone_sees_when_a_speaker_is_away_and_back(simulation, space, host, speaker):
    def absences():
        return [seat["away_since"] for seat in build(space)["stage"]]

    simulation.connect(space, host)
    simulation.check_attendance()
    (_, since) = absences()
    assert since is not None
    simulation.check_attendance()
    simulation.connect(space, speaker)
    simulation.check_attendance()
    assert absences() == [None, None]
    events = [row.payload for row in space.journal.filter(kind="stage_away")]
    assert events == [{"who": speaker.key, "since": each} for each in (since, None)]


def test_a_host_who_is_replaced_is_away_until_they_are_back(simulation, space, host, cohost):
    simulation.connect(space, cohost)
    simulation.check_attendance()
    simulation.pass_time(HANDOVER_AFTER)
    simulation.check_attendance()
    away = {seat["person"]["id"]: bool(seat["away_since"]) for seat in build(space)["stage"]}
    assert away == {host.key: True, cohost.key: False}
    simulation.connect(space, host)
    simulation.check_attendance()
    assert [seat["away_since"] for seat in build(space)["stage"]] == [None, None]


def test_the_first_connected_cohost_takes_over(simulation, space, host, cohost):
    second = put_on_stage(space, make_user("cora"), Role.COHOST)
    simulation.connect(space, second)
    simulation.check_attendance()
    simulation.pass_time(HANDOVER_AFTER)
    simulation.check_attendance()
    assert roles(space) == {"hana": "cohost", "coco": "cohost", "cora": "host"}
    assert Space.objects.get().host == second


def test_a_host_who_reconnects_in_time_takes_the_space_back(simulation, space, host, cohost):
    simulation.connect(space, cohost)
    simulation.check_attendance()
    simulation.pass_time(HANDOVER_AFTER)
    simulation.check_attendance()
    assert roles(space) == {"hana": "cohost", "coco": "host"}
    simulation.connect(space, host)
    simulation.check_attendance()
    assert roles(space) == {"hana": "host", "coco": "cohost"}
    assert Space.objects.get().host == host


def test_a_substitute_host_who_disconnects_is_replaced_too(simulation, space, host, cohost):
    second = put_on_stage(space, make_user("cora"), Role.COHOST)
    simulation.connect(space, cohost, second)
    simulation.check_attendance()
    simulation.pass_time(HANDOVER_AFTER)
    simulation.check_attendance()
    assert roles(space)["coco"] == "host"
    simulation.disconnect(space, cohost)
    simulation.check_attendance()
    simulation.pass_time(HANDOVER_AFTER)
    simulation.check_attendance()
    assert roles(space) == {"hana": "cohost", "coco": "cohost", "cora": "host"}


def test_a_host_who_reconnects_too_late_is_no_longer_on_stage(simulation, space, host, cohost):
    simulation.connect(space, cohost)
    simulation.check_attendance()
    simulation.pass_time(HANDOVER_AFTER)
    simulation.check_attendance()
    simulation.pass_time(GRACE)
    simulation.check_attendance()
    simulation.connect(space, host)
    simulation.check_attendance()
    assert (Space.objects.get().host, "hana" in roles(space)) == (cohost, False)


def test_a_cohost_who_hosts_elsewhere_does_not_take_over(simulation, space, host):
    busy = put_on_stage(space, make_user("busy", followers=900), Role.COHOST)
    elsewhere = make_space(busy, title="Elsewhere")
    simulation.connect(space, busy)
    simulation.connect(elsewhere, busy)
    simulation.check_attendance()
    simulation.pass_time(HANDOVER_AFTER)
    simulation.check_attendance()
    assert roles(space)["hana"] == "host"


def test_a_host_who_started_another_space_does_not_take_the_first_back(
    simulation, space, host, cohost
):
    simulation.connect(space, cohost)
    simulation.check_attendance()
    simulation.pass_time(HANDOVER_AFTER)
    simulation.check_attendance()
    lifecycle.start(host=host, title="Another")
    simulation.connect(space, host)
    simulation.check_attendance()
    assert roles(space) == {"hana": "cohost", "coco": "host"}
    assert Space.objects.get(pk=space.pk).host_before is None


def test_two_workers_that_check_the_same_absence_hand_over_once(simulation, space, host, cohost):
    second = put_on_stage(space, make_user("cora"), Role.COHOST)
    simulation.connect(space, cohost, second)
    simulation.check_attendance()
    simulation.pass_time(HANDOVER_AFTER)
    stale_spaces = [Space.objects.get() for _ in range(2)]
    for stale_space in stale_spaces:
        attendance.update(stale_space)
    assert roles(space) == {"hana": "cohost", "coco": "host", "cora": "cohost"}


def test_a_speaker_who_disconnects_keeps_the_seat_for_a_minute(simulation, space, host, speaker):
    simulation.connect(space, host)
    simulation.check_attendance()
    simulation.pass_time(GRACE - timedelta(seconds=2))
    simulation.check_attendance()
    assert "sami" in roles(space)
    simulation.pass_time(timedelta(seconds=3))
    simulation.check_attendance()
    assert "sami" not in roles(space)


def test_a_speaker_who_reloads_is_not_away(simulation, space, host, speaker):
    simulation.connect(space, host)
    simulation.check_attendance()
    simulation.connect(space, speaker)
    simulation.check_attendance()
    simulation.pass_time(GRACE * 2)
    simulation.check_attendance()
    assert "sami" in roles(space)


def test_nobody_counts_as_absent_while_redis_is_down(simulation, space, host, redis_server):
    redis_server.stop()
    simulation.check_attendance()
    assert Space.objects.get().host_away_at is None


def test_a_host_who_hands_over_leaves_the_stage_and_can_start_another_space(space, host, cohost):
    succession.hand_over(space, by=host, to=cohost)
    assert roles(space) == {"coco": "host"}
    assert Space.objects.get().host == cohost
    lifecycle.start(host=host, title="Another")


def test_a_space_can_be_handed_only_to_a_cohost(space, host, speaker):
    with pytest.raises(succession.NoSuccessor):
        succession.hand_over(space, by=host, to=speaker)
    assert roles(space) == {"hana": "host", "sami": "speaker"}


def test_a_disconnected_person_is_not_present_but_stays_on_stage(simulation, space, host):
    simulation.connect(space, host)
    assert presence.connected(space.public_id, [host.key, "u0"]) == {host.key}
    simulation.disconnect(space, host)
    assert presence.connected(space.public_id, [host.key]) == set()
    assert stage.on_stage(space, host)


def test_a_host_takes_over_from_the_substitute_who_started_the_space(simulation, db):
    space, coco = make_scheduled_space(), make_user("coco")
    host = space.host
    lifecycle.go_live(space, by=coco)
    simulation.check_attendance()  # neither of them is connected yet
    simulation.connect(space, coco, host)
    simulation.check_attendance()
    assert roles(space) == {host.handle: Role.HOST, "coco": Role.COHOST}


def test_a_host_who_comes_too_late_to_their_space_is_invited_to_co_host(simulation, db):
    space, coco = make_scheduled_space(), make_user("coco")
    host = space.host
    lifecycle.go_live(space, by=coco)
    simulation.connect(space, coco)
    simulation.pass_time(GRACE)
    simulation.check_attendance()
    assert roles(space) == {"coco": Role.HOST}
    invitations.accept(space, user=host)
    assert roles(space) == {"coco": Role.HOST, host.handle: Role.COHOST}


def test_only_spaces_in_which_somebody_left_or_returned_are_examined(
    db, simulation, django_assert_num_queries
):
    spaces = [make_space() for _ in range(5)]
    for space in spaces:
        speaker = make_user()
        put_on_stage(space, speaker)
        simulation.connect(space, space.host, speaker)
    simulation.disconnect(spaces[3], speaker_of(spaces[3]))
    with django_assert_num_queries(2):
        assert attendance.find_changed() == [spaces[3].pk]
    update_stages()  # notes that the speaker is away, so that their return is found
    simulation.connect(spaces[3], speaker_of(spaces[3]))
    assert attendance.find_changed() == [spaces[3].pk]
    update_stages()
    assert attendance.find_changed() == []


def speaker_of(space):
    return space.participants.on_stage().exclude(role=Role.HOST).get().user
