"""Who becomes host when the host leaves or loses their connection.

A host who loses their connection has HANDOVER_AFTER to come back (a reload takes a second or two).
Then the first co-host takes their place; without one the Space ends after GRACE. A host who is back
within GRACE is host again, and the stand-in is co-host again.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from core.refusals import Refusal
from core.times import stamp
from spaces.actions import lifecycle
from spaces.actions.locks import lock_space
from spaces.models import Participant, Role, Space
from spaces.room.audio_reconcile import request_reconcile
from spaces.room.events import HostAway, HostChanged
from spaces.room.publish import publish
from spaces.room.snapshot import GRACE
from spaces.signals import host_changed, stage_changed

HANDOVER_AFTER = timedelta(seconds=5)


class NoSuccessor(Refusal):
    def __init__(self) -> None:
        super().__init__("no_successor", "Only a co-host can become host. Make someone co-host.")


class HostsElsewhere(Refusal):
    def __init__(self) -> None:
        words = "This person hosts another live Space. Hand over to another co-host."
        super().__init__("hosts_elsewhere", words)


def hand_over(space: Space, *, by: User, to: User) -> None:
    """Make the co-host `to` host; the former host leaves the stage."""
    with lock_space(space):
        if space.host_id != by.pk:
            raise Refusal("not_host", "Only the host hands the Space over.", status=403)
        _change_host(space, to=to, stays=False, actor=by)
        Space.objects.filter(pk=space.pk).update(host_away_at=None, host_before=None)


def ended_alone(space: Space) -> bool:
    """Whether it ended because the host lost their connection and nobody could take over."""
    if space.ended_at is None or space.host_away_at is None:
        return False
    return space.ended_at - space.host_away_at >= GRACE


def update(space: Space, here: set[str], now: datetime) -> None:
    """Act on whether the host is connected. `here` are the keys of the people on stage who are
    connected, `now` is the time of `core.shared_clock`, as workers compare each other's times."""
    if _needs_nothing(space, here):
        return
    with lock_space(space):
        if _needs_nothing(space, here):
            return  # another worker was first, or the host handed over
        if space.host_before is not None:
            _restore(space, space.host_before, here, now)
        elif space.host.key in here:
            Space.objects.filter(pk=space.pk).update(host_away_at=None)
            _announce_end(space, None)
        elif space.host_away_at is None:
            Space.objects.filter(pk=space.pk).update(host_away_at=now)
        else:
            _replace_host(space, space.host_away_at, here, now)


def _needs_nothing(space: Space, here: set[str]) -> bool:
    return space.host_before_id is None and space.host_away_at is None and space.host.key in here


def _announce_end(space: Space, ends_at: datetime | None) -> None:
    """Publish when the Space ends without its host, or that it does not; only on a change."""
    if space.ends_at != ends_at:
        Space.objects.filter(pk=space.pk).update(ends_at=ends_at)
        space.refresh_from_db()
        publish(space, HostAway(ends_at=stamp(ends_at) if ends_at else None))


def _replace_host(space: Space, away_at: datetime, here: set[str], now: datetime) -> None:
    away = now - away_at
    if away < HANDOVER_AFTER or _take_over(space, here):
        return
    if away < GRACE:
        _announce_end(space, away_at + GRACE)
    else:
        lifecycle.end(space, by=None)


def _take_over(space: Space, here: set[str]) -> bool:
    """Make the first connected co-host host; the former host stays on stage as co-host."""
    before, away_at = space.host, space.host_away_at
    for cohost in space.stage.on_stage().filter(role=Role.COHOST).select_related("user"):
        if cohost.user.key not in here:
            continue
        try:
            _change_host(space, to=cohost.user, stays=True, actor=None)
        except HostsElsewhere:
            continue
        Space.objects.filter(pk=space.pk).update(host_before=before)
        space.stage.on_stage().filter(user=before).update(away_at=away_at)
        return True
    return False


def _restore(space: Space, before: User, here: set[str], now: datetime) -> None:
    """Make the former host the host again if they returned in time.

    Stop waiting for them after GRACE, or when the stand-in is lost as well.
    """
    in_time = space.host_away_at and now - space.host_away_at < GRACE
    if in_time and before.key in here:
        with suppress(HostsElsewhere):  # they host another Space by now: this one keeps its host
            _change_host(space, to=before, stays=True, actor=None)
    elif in_time and space.host.key in here:
        return
    away_at = None if {before.key, space.host.key} & here else now
    Space.objects.filter(pk=space.pk).update(host_before=None, host_away_at=away_at)


def _change_host(space: Space, *, to: User, stays: bool, actor: User | None) -> None:
    """Change the host, in the caller's lock; the former host takes the other's seat or leaves.

    Raises NoSuccessor or HostsElsewhere, having changed nothing.
    """
    staged = space.stage.on_stage()
    host = staged.filter(role=Role.HOST).select_related("user").first()
    successor = staged.filter(role=Role.COHOST, user=to).first()
    if host is None or successor is None:
        raise NoSuccessor
    try:
        with transaction.atomic():
            Space.objects.filter(pk=space.pk).update(host=to, ends_at=None)
    except IntegrityError:
        raise HostsElsewhere from None
    Participant.objects.filter(pk=host.pk).update(left_at=timezone.now())
    Participant.objects.filter(pk=successor.pk).update(seat=host.seat, role=Role.HOST)
    if stays:
        Participant.objects.filter(pk=host.pk).update(
            left_at=None, seat=successor.seat, role=Role.COHOST
        )
    space.refresh_from_db()
    publish(space, HostChanged(who=to.key, was=host.user.key, stays=stays), actor=actor)
    transaction.on_commit(lambda: stage_changed.send(Space, space=space))
    transaction.on_commit(lambda: host_changed.send(Space, space=space))
    request_reconcile(space)
