"""The evidence about a reported Space: its stage, its chat and the events of its last minutes."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from core import person_keys
from safety.evidence import Evidence, Line
from safety.models import About
from safety.reporting import Reportable
from spaces.models import RoomEvent, Space

EVENTS_SINCE = timedelta(minutes=5)  # before the report or the end of the Space
MAX_CHAT_LINES = 40
MAX_EVENTS = 60
CHAT_EVENTS = ("message", "message_deleted")  # left out of the events, since the chat is shown


def find(user: User, ref: str) -> Reportable | None:
    space = Space.objects.not_cancelled().filter(public_id=ref).select_related("host").first()
    if space is None:
        return None
    return Reportable(
        about=About.SPACE,
        ref=space.public_id,
        subject=space.host,
        title=f"“{space.title}”",
        back=space.get_absolute_url(),
        evidence=evidence_of(space),
    )


def evidence_of(space: Space) -> Evidence:
    moment = space.ended_at or timezone.now()
    started = space.started_at
    return {
        "facts": {
            "Space": f"{space.title} ({space.public_id})",
            "Host": f"@{space.host.handle}",
            "State": space.get_state_display(),
            "Started": f"{started:%Y-%m-%d %H:%M:%S} UTC" if started else "",
            **_planned(space),
        },
        "sections": {
            "On the stage": _stage(space),
            "Chat": _chat(space),
            "The last minutes": _events(space, since=moment - EVENTS_SINCE),
        },
    }


def _planned(space: Space) -> dict[str, str]:
    """Return the facts about a planned start, if the Space was scheduled."""
    if space.starts_at is None:
        return {}
    return {
        "Planned for": f"{space.starts_at:%Y-%m-%d %H:%M} UTC",
        "Description": space.description or "(none)",
    }


def _stage(space: Space) -> list[Line]:
    return [
        {
            "at": _clock(seat.joined_at),
            "who": f"@{seat.user.handle}",
            "text": f"{seat.get_role_display()}, {'muted' if seat.muted else 'microphone on'}",
        }
        for seat in space.participants.on_stage().select_related("user")
    ]


def _chat(space: Space) -> list[Line]:
    newest = space.messages.select_related("author").order_by("-id")[:MAX_CHAT_LINES]
    return [
        {
            "at": _clock(line.at),
            "who": f"@{line.author.handle}",
            "text": f"{line.text} (deleted)" if line.deleted_at else line.text,
        }
        for line in reversed(newest)
    ]


def _events(space: Space, *, since: datetime) -> list[Line]:
    rows = space.journal.filter(at__gte=since).exclude(kind__in=CHAT_EVENTS)
    newest = rows.select_related("actor").order_by("-revision")[:MAX_EVENTS]
    keys = {_whom(row) for row in newest}
    people = User.objects.in_bulk(person_keys.accounts_in(keys))
    handles = {user.key: f"@{user.handle}" for user in people.values()}
    return [
        {
            "at": _clock(row.at),
            "who": f"@{row.actor.handle}" if row.actor else "",
            "text": " ".join(
                filter(None, [row.kind.replace("_", " "), handles.get(_whom(row), ""), row.note])
            ),
        }
        for row in reversed(newest)
    ]


def _whom(row: RoomEvent) -> str:
    """Return the key of the person whom the event is about, or ""."""
    payload = row.payload
    return str(payload.get("who") or payload.get("person", {}).get("id") or "")


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"
