"""Find the moves of a Space that a person does not know yet, and so the last start that they know.

There are several if the Space was moved again before the person was notified.

The history is in the broadcasts about the moves: the subject of each contains the earlier start.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from notifications import broadcasts
from notifications.models import Delivery
from notifications.sharing import shared
from scheduling.models import Reminder
from scheduling.subjects import RESCHEDULED, SERIES, SPACE, Subject

NOTIFIED = (Delivery.State.SENT, Delivery.State.UNCERTAIN)


@dataclass(frozen=True)
class Move:
    subject: Subject
    before: datetime
    at: datetime  # when the host moved it


def not_known(subject: Subject, user: User, channel: str) -> list[Move]:
    """Return the moves up to this one that the person does not know, the latest first.

    A person knows the start that was planned when they set their reminder, and the moves of which
    they were notified through this channel. Other channels don't count, because in quiet hours the
    page may show a move before a push message announces it. But if this channel has no delivery for
    a move, a notification through any other channel counts.

    If there is only this move, it is returned without checking what the person knows.
    """
    moves = _moves(str(subject))
    if len(moves) == 1:
        return moves
    return list(_until_known(moves, user, channel))


@shared
def _moves(text: str) -> list[Move]:
    """Return the move with this subject and those before it, the latest first."""
    subject = Subject.parse(text)
    prefixes = [f"{scope}:{subject.public_id}:" for scope in (SPACE, SERIES)]
    planned = [
        Move(parsed, parsed.before, broadcast.created_at)
        for broadcast in broadcasts.about(RESCHEDULED, prefixes)
        if (parsed := Subject.parse(broadcast.subject)).before is not None
    ]
    past = [each for each in planned if each.subject.moves <= subject.moves]
    return sorted(past, key=lambda move: move.subject.moves, reverse=True)


def _until_known(moves: list[Move], user: User, channel: str) -> Iterator[Move]:
    latest, *_ = moves
    rows = Delivery.objects.filter(
        user=user, kind=RESCHEDULED, subject__in=[str(each.subject) for each in moves]
    )
    notified: dict[str, dict[str, bool]] = {}  # by subject and channel
    for name, through, state in rows.values_list("subject", "channel", "state"):
        notified.setdefault(name, {})[through] = state in NOTIFIED
    public_id = latest.subject.public_id
    reminders = Reminder.objects.filter(user=user, space__public_id=public_id)
    reminded_at = reminders.values_list("created_at", flat=True).first()
    for move in moves:
        by_channel = notified.get(str(move.subject), {})
        was_notified = by_channel.get(channel, any(by_channel.values()))
        if was_notified and move is not latest:
            return
        if reminded_at is not None and reminded_at > move.at:
            return
        yield move
