"""Every 2 s, find people on stage who lost their connection.

One look at all Spaces finds those in which somebody is missing or has come back (`find_changed`);
only these are examined one by one (`update`).

The seat of a speaker or co-host is freed after GRACE. `spaces.actions.succession` decides what
happens without a host.
"""

from contextlib import suppress
from datetime import datetime

from core import person_keys, shared_clock
from core.refusals import Refusal
from core.times import stamp
from spaces.actions import invitations, stage, succession
from spaces.actions.locks import lock_space
from spaces.actions.succession import GRACE
from spaces.models import Participant, Role, Space
from spaces.room import presence
from spaces.room.events import StageAway, StageLeft
from spaces.room.publish import publish


def find_changed() -> list[int]:
    """Return the primary keys of the live Spaces that `update` may change: where somebody on stage
    is not connected, or was not at the last update.

    Spaces with a generated sound are left out, because they go on without anybody. The number of
    queries does not depend on the number of Spaces.
    """
    spaces = list(
        Space.objects.live()
        .filter(soundscape=False)
        .only("public_id", "host_id", "host_away_at", "host_before_id")
    )
    away: dict[int, dict[str, bool]] = {space.pk: {} for space in spaces}
    seated = Participant.objects.on_stage().exclude(role=Role.HOST).filter(space__in=away)
    for pk, user, away_at in seated.values_list("space", "user", "away_at"):
        away[pk][person_keys.of_account(user)] = away_at is not None
    hosts = {space.pk: person_keys.of_account(space.host_id) for space in spaces}
    connected = presence.connected_in(
        {space.public_id: [hosts[space.pk], *away[space.pk]] for space in spaces}
    )
    if connected is None:
        return []
    return [
        space.pk
        for space in spaces
        if space.host_before_id is not None
        or space.host_away_at is not None
        or hosts[space.pk] not in connected[space.public_id]
        or any(
            was_away or key not in connected[space.public_id]
            for key, was_away in away[space.pk].items()
        )
    ]


def update(space: Space) -> None:
    """Compare the people on stage with the people who are connected.

    While Redis is unreachable, change nothing.
    """
    seated = list(space.participants.on_stage().select_related("user"))
    connected = presence.connected(space.public_id, [each.user.key for each in seated])
    if connected is None:
        return
    now = shared_clock.now()  # because workers on other machines wrote `away_at`
    try:
        for each in seated:
            if each.role != Role.HOST:
                _update_seat(space, each, each.user.key in connected, now)
        succession.update(space, connected, now)
    except Refusal:
        return  # the Space ended, or another action was faster; the next update finds the result


def _update_seat(space: Space, seated: Participant, is_connected: bool, now: datetime) -> None:
    if is_connected:
        if seated.away_at is not None:
            _note_absence(space, seated, None)
    elif seated.away_at is None:
        _note_absence(space, seated, now)
    elif now - seated.away_at >= GRACE:
        with lock_space(space):
            still_away = space.participants.on_stage().filter(pk=seated.pk, away_at=seated.away_at)
            if still_away.exists() and stage.vacate(space, seated.user):
                key = seated.user.key
                publish(space, StageLeft(who=key, by=key))
                if space.host_before_id == seated.user_id:
                    # Invite the former host, so that they can become co-host if they come back.
                    with suppress(Refusal):
                        invitations.invite(space, by=space.host, user=seated.user, role=Role.COHOST)


def _note_absence(space: Space, seated: Participant, since: datetime | None) -> None:
    with lock_space(space):
        unchanged = space.participants.on_stage().filter(pk=seated.pk, away_at=seated.away_at)
        if unchanged.update(away_at=since):
            publish(space, StageAway(who=seated.user.key, since=stamp(since) if since else None))
