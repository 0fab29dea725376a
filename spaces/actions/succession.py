"""What happens when a host leaves or vanishes (loses their connection), and who becomes host.

If a host is disconnected for longer than HANDOVER_AFTER (a reload takes a second or two), the first
connected co-host becomes host. If there is none, the Space ends after GRACE (60 s). If the former
host returns within GRACE, they become host again, and the substitute becomes co-host again. Every
two seconds, `spaces.actions.attendance` finds out who is connected.
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
from spaces.room.events import HostAway, HostChanged, StageAway
from spaces.room.publish import publish
from spaces.signals import host_changed, stage_changed

HANDOVER_AFTER = timedelta(seconds=5)
GRACE = timedelta(seconds=60)  # how long a person on stage without connection keeps their seat


class NoSuccessor(Refusal):
    def __init__(self) -> None:
        super().__init__("no_successor", "Only a co-host can become host. Make someone co-host.")


class HostsElsewhere(Refusal):
    def __init__(self) -> None:
        message = "This person hosts another live Space. Hand over to another co-host."
        super().__init__("hosts_elsewhere", message)


def hand_over(space: Space, *, by: User, to: User) -> None:
    """Make the co-host `to` the host; the former host leaves the stage."""
    with lock_space(space):
        if space.host_id != by.pk:
            raise Refusal("not_host", "Only the host can hand over the Space.", status=403)
        _change_host(space, to=to, stays=False, actor=by)
        Space.objects.filter(pk=space.pk).update(host_away_at=None, host_before=None)


def ended_alone(space: Space) -> bool:
    """Return whether the Space ended because the host lost their connection and nobody could take
    over."""
    if space.ended_at is None or space.host_away_at is None:
        return False
    return space.ended_at - space.host_away_at >= GRACE


def update(space: Space, connected: set[str], now: datetime) -> None:
    """Change the host or end the Space, depending on who is connected.

    `connected` contains the keys of the connected people on stage. `now` comes from
    `core.shared_clock`, because it is compared with times that other workers wrote.
    """
    if _needs_no_change(space, connected):
        return
    with lock_space(space):
        if _needs_no_change(space, connected):
            return  # another worker was faster, or the host handed over
        if space.host_before is not None:
            _restore(space, space.host_before, connected, now)
        elif space.host.key in connected:
            Space.objects.filter(pk=space.pk).update(host_away_at=None)
            _announce_end(space, None)
        elif space.host_away_at is None:
            Space.objects.filter(pk=space.pk).update(host_away_at=now)
        else:
            _replace_host(space, space.host_away_at, connected, now)


def _needs_no_change(space: Space, connected: set[str]) -> bool:
    is_settled = space.host_before_id is None and space.host_away_at is None
    return is_settled and space.host.key in connected


def _announce_end(space: Space, ends_at: datetime | None) -> None:
    """Publish `ends_at` if it has changed: when the Space will end without its host, or None if it
    won't end."""
    if space.ends_at != ends_at:
        Space.objects.filter(pk=space.pk).update(ends_at=ends_at)
        space.refresh_from_db()
        publish(space, HostAway(ends_at=stamp(ends_at) if ends_at else None))


def _replace_host(space: Space, away_at: datetime, connected: set[str], now: datetime) -> None:
    away = now - away_at
    if away < HANDOVER_AFTER or _promote_cohost(space, connected):
        return
    if away < GRACE:
        _announce_end(space, away_at + GRACE)
    else:
        lifecycle.end(space, by=None)


def _promote_cohost(space: Space, connected: set[str]) -> bool:
    """Make the first connected co-host the host; the former host stays on stage as co-host. Return
    False if no connected co-host can become host."""
    before, away_at = space.host, space.host_away_at
    for cohost in space.participants.on_stage().filter(role=Role.COHOST).select_related("user"):
        if cohost.user.key not in connected:
            continue
        try:
            _change_host(space, to=cohost.user, stays=True, actor=None)
        except HostsElsewhere:
            continue
        Space.objects.filter(pk=space.pk).update(host_before=before)
        space.participants.on_stage().filter(user=before).update(away_at=away_at)
        publish(space, StageAway(who=before.key, since=stamp(away_at) if away_at else None))
        return True
    return False


def _restore(space: Space, before: User, connected: set[str], now: datetime) -> None:
    """Make the former host the host again if they returned in time.

    Stop waiting for them after GRACE, or if the substitute loses their connection, too. (A
    substitute who started the Space may not be connected yet.)
    """
    since_start = space.host_away_at == space.started_at
    in_time = space.host_away_at and now - space.host_away_at < GRACE
    if in_time and before.key in connected:
        with suppress(HostsElsewhere):  # they now host another Space, so the substitute stays host
            _change_host(space, to=before, stays=True, actor=None)
    elif in_time and (space.host.key in connected or since_start):
        return
    away_at = None if {before.key, space.host.key} & connected else now
    Space.objects.filter(pk=space.pk).update(host_before=None, host_away_at=away_at)


def _change_host(space: Space, *, to: User, stays: bool, actor: User | None) -> None:
    """Make `to` the host. The former host becomes co-host if `stays`, otherwise leaves the stage.

    The caller must hold the Space's lock. Raises NoSuccessor or HostsElsewhere before any change.
    """
    staged = space.participants.on_stage()
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
    Participant.objects.filter(pk=successor.pk).update(seat=host.seat, role=Role.HOST, away_at=None)
    if stays:
        Participant.objects.filter(pk=host.pk).update(
            left_at=None, seat=successor.seat, role=Role.COHOST
        )
    space.refresh_from_db()
    publish(space, HostChanged(who=to.key, was=host.user.key, stays=stays), actor=actor)
    transaction.on_commit(lambda: stage_changed.send(Space, space=space))
    transaction.on_commit(lambda: host_changed.send(Space, space=space))
    request_reconcile(space)
