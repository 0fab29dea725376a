"""Who is host when the host goes: handed over by name, or taken over when the line is lost.

A host whose line is lost is given HANDOVER_AFTER to come back (a reload takes a second or two);
then the first co-host takes their place, and with none the Space ends after GRACE. A host who
is back within GRACE is host again, and who stood in is co-host again.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from spaces import lifecycle
from spaces.audio.nudge import nudge
from spaces.live.events import HostAway, HostChanged
from spaces.live.publish import publish
from spaces.live.snapshot import GRACE, ends_at
from spaces.models import Participant, Role, Space
from spaces.refusals import Refusal
from spaces.signals import stage_changed

HANDOVER_AFTER = timedelta(seconds=5)


class NoSuccessor(Refusal):
    def __init__(self) -> None:
        super().__init__("no_successor", "Only a co-host can become host. Make someone co-host.")


def hand_over(space: Space, *, by: User, to: User) -> None:
    """The host leaves the stage; the co-host `to` is host from now on."""
    if space.host_id != by.pk:
        raise Refusal("not_host", "Only the host hands the Space over.", status=403)
    with transaction.atomic():
        _change_host(space, to=to, stays=False, actor=by)
        Space.objects.filter(pk=space.pk).update(host_away_at=None, host_before=None)


def look_after(space: Space, here: set[str]) -> None:
    """Act on where the host is, given the keys of those on stage who are here."""
    if space.host_before is not None:
        _restore(space, space.host_before, here)
    elif space.host.key in here:
        _welcome_back(space)
    elif space.host_away_at is None:
        _mark_away(space)
    else:
        _stand_in(space, timezone.now() - space.host_away_at, here)


def _stand_in(space: Space, away: timedelta, here: set[str]) -> None:
    if away >= HANDOVER_AFTER and _take_over(space, here):
        return
    if away >= GRACE:
        lifecycle.end(space, by=None)


def _mark_away(space: Space) -> None:
    with transaction.atomic():
        missing = Space.objects.filter(pk=space.pk, host_away_at=None)
        if missing.update(host_away_at=timezone.now()):
            space.refresh_from_db()
            publish(space, HostAway(ends_at=ends_at(space)))


def _welcome_back(space: Space) -> None:
    with transaction.atomic():
        away = Space.objects.filter(pk=space.pk, host_away_at__isnull=False)
        if away.update(host_away_at=None):
            publish(space, HostAway(ends_at=None))


def _take_over(space: Space, here: set[str]) -> bool:
    """The first co-host who is here becomes host; the host keeps a place on the stage for now."""
    cohosts = space.stage.on_stage().filter(role=Role.COHOST).select_related("user")
    for cohost in cohosts:
        if cohost.user.key not in here:
            continue
        before = space.host
        try:
            with transaction.atomic():
                _change_host(space, to=cohost.user, stays=True, actor=None)
                Space.objects.filter(pk=space.pk).update(host_before=before)
                space.stage.on_stage().filter(user=before).update(away_at=space.host_away_at)
        except (IntegrityError, NoSuccessor):
            continue  # hosts another live Space, or stepped down this moment
        return True
    return False


def _restore(space: Space, before: User, here: set[str]) -> None:
    """Give the place back to a host who returned in time; else the time is over."""
    in_time = space.host_away_at and timezone.now() - space.host_away_at < GRACE
    if in_time and before.key not in here:
        return
    with transaction.atomic():
        if in_time:
            _change_host(space, to=before, stays=True, actor=None)
        Space.objects.filter(pk=space.pk).update(host_before=None, host_away_at=None)


def _change_host(space: Space, *, to: User, stays: bool, actor: User | None) -> None:
    """Two people change seats: the host's seat is left, taken, and the other's taken in turn."""
    staged = space.stage.on_stage()
    host = staged.filter(role=Role.HOST).select_related("user").first()
    heir = staged.filter(role=Role.COHOST, user=to).first()
    if host is None or heir is None:
        raise NoSuccessor
    Participant.objects.filter(pk=host.pk).update(left_at=timezone.now())
    seated = Participant.objects.filter(pk=heir.pk, left_at=None, role=Role.COHOST)
    if not seated.update(seat=host.seat, role=Role.HOST):
        raise NoSuccessor
    if stays:
        Participant.objects.filter(pk=host.pk).update(
            left_at=None, seat=heir.seat, role=Role.COHOST
        )
    Space.objects.filter(pk=space.pk).update(host=to)
    space.refresh_from_db()
    publish(space, HostChanged(who=to.key, was=host.user.key, stays=stays), actor=actor)
    transaction.on_commit(lambda: stage_changed.send(Space, space=space))
    nudge(space)
