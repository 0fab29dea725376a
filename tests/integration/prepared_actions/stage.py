"""Seats, microphones, hands and changes of the host."""

from django.utils import timezone

from spaces.actions import stage, succession
from spaces.models import Role, Space
from tests import factories
from tests.integration.prepared_actions.action import Action


def take_a_cohosts_seat(space: Space) -> Action:
    person = factories.make_user()
    return lambda: stage.take_seat(space, user=person, role=Role.COHOST)


def step_down(space: Space) -> Action:
    first, _second = (factories.put_on_stage(space, factories.make_user()) for _ in range(2))
    return lambda: stage.step_down(space, user=first)


def return_to_the_stage(space: Space) -> Action:
    speaker = factories.put_on_stage(space, factories.make_user())
    factories.put_on_stage(space, factories.make_user())
    stage.step_down(space, user=speaker)
    return lambda: stage.take_seat(space, user=speaker, role=Role.SPEAKER)


def move_to_the_listeners(space: Space) -> Action:
    speaker = factories.put_on_stage(space, factories.make_user())
    return lambda: stage.move_to_listeners(space, user=speaker, by=space.host)


def unmute(space: Space) -> Action:
    host = space.host
    return lambda: stage.set_microphone(space, user=host, muted=False, by=host)


def mute(space: Space) -> Action:
    host = space.host
    stage.set_microphone(space, user=host, muted=False, by=host)
    return lambda: stage.set_microphone(space, user=host, muted=True, by=host)


def mute_all(space: Space) -> Action:
    speaker = factories.put_on_stage(space, factories.make_user())
    for user in (speaker, space.host):
        stage.set_microphone(space, user=user, muted=False, by=user)
    return lambda: stage.mute_all(space, by=space.host)


def lock_the_microphones(space: Space) -> Action:
    return lambda: stage.lock_microphones(space, locked=True, by=space.host)


def turn_music_mode_on(space: Space) -> Action:
    return lambda: stage.set_music_mode(space, on=True, by=space.host)


def turn_music_mode_off(space: Space) -> Action:
    turn_music_mode_on(space)()
    return lambda: stage.set_music_mode(space, on=False, by=space.host)


def raise_a_hand(space: Space) -> Action:
    speaker = factories.put_on_stage(space, factories.make_user())
    return lambda: stage.raise_hand(space, user=speaker, raised=True, by=speaker)


def hand_over(space: Space) -> Action:
    cohost = factories.put_on_stage(space, factories.make_user(), Role.COHOST)
    return lambda: succession.hand_over(space, by=space.host, to=cohost)


def lose_the_host(space: Space) -> Action:
    away = timezone.now() - succession.HANDOVER_AFTER
    Space.objects.filter(pk=space.pk).update(host_away_at=away)
    space.refresh_from_db()
    return lambda: succession.update(space, connected=set(), now=timezone.now())


def reconnect_the_host(space: Space) -> Action:
    lose_the_host(space)()
    return lambda: succession.update(space, connected={space.host.key}, now=timezone.now())


def take_over_from_the_host(space: Space) -> Action:
    cohost = factories.put_on_stage(space, factories.make_user(), Role.COHOST)
    lose_the_host(space)()
    return lambda: succession.update(space, connected={cohost.key}, now=timezone.now())


def give_the_space_back_to_the_host(space: Space) -> Action:
    host = space.host
    take_over_from_the_host(space)()
    space.refresh_from_db()
    return lambda: succession.update(space, connected={host.key}, now=timezone.now())


ACTIONS = [
    take_a_cohosts_seat,
    step_down,
    return_to_the_stage,
    move_to_the_listeners,
    unmute,
    mute,
    mute_all,
    lock_the_microphones,
    turn_music_mode_on,
    turn_music_mode_off,
    raise_a_hand,
    hand_over,
    lose_the_host,
    reconnect_the_host,
    take_over_from_the_host,
    give_the_space_back_to_the_host,
]
