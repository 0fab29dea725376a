"""Which start of a Space a person knows, if it was moved again before they were told of it.

The subjects of the broadcasts about the moves contain each earlier start, so they are the history.
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

TOLD = (Delivery.State.SENT, Delivery.State.UNCERTAIN)


@dataclass(frozen=True)
class Move:
    subject: Subject
    before: datetime
    at: datetime  # when the host moved it


def news(subject: Subject, user: User, channel: str) -> list[Move]:
    """Return the moves up to this one of which the person does not know, the latest first.

    They know the start from when they set their reminder, and what they were told through this
    channel: in quiet hours, a page may show what a push message has not said yet. If nothing was to
    be sent through this channel, the others count.
    """
    moves = _moves(str(subject))
    if len(moves) == 1:
        return moves
    return list(_until_known(moves, user, channel))


@shared
def _moves(text: str) -> list[Move]:
    """Return the move with this subject and those before it, the latest first."""
    subject = Subject.parse(text)
    scopes = [f"{scope}:{subject.public_id}:" for scope in (SPACE, SERIES)]
    planned = [
        Move(parsed, parsed.before, broadcast.created_at)
        for broadcast in broadcasts.about(RESCHEDULED, scopes)
        if (parsed := Subject.parse(broadcast.subject)).before is not None
    ]
    until = [each for each in planned if each.subject.moves <= subject.moves]
    return sorted(until, key=lambda move: move.subject.moves, reverse=True)


def _until_known(moves: list[Move], user: User, channel: str) -> Iterator[Move]:
    latest, *_ = moves
    rows = Delivery.objects.filter(
        user=user, kind=RESCHEDULED, subject__in=[str(each.subject) for each in moves]
    )
    told: dict[str, dict[str, bool]] = {}
    for name, through, state in rows.values_list("subject", "channel", "state"):
        told.setdefault(name, {})[through] = state in TOLD
    public_id = latest.subject.public_id
    reminders = Reminder.objects.filter(user=user, space__public_id=public_id)
    reminded_at = reminders.values_list("created_at", flat=True).first()
    for move in moves:
        answers = told.get(str(move.subject), {})
        was_told = answers.get(channel, any(answers.values()))
        if was_told and move is not latest:
            return
        if reminded_at is not None and reminded_at > move.at:
            return
        yield move
