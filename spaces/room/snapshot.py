"""The room as one document, the same for every viewer (docs/protocol.md). Cached by revision."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import cache as shared_cache
from django.utils.module_loading import import_string

from accounts.wire import person
from core.times import stamp
from spaces.models import Message, Outcome, Role, Space, Topic
from spaces.room import presence

MESSAGES_ON_JOINING = 50
MESSAGES_ON_RETURN = 250  # older ones; static/js/room/chat/chat.js keeps 300 on a page
ACCEPTANCES = 6
GRACE = timedelta(seconds=60)  # in which a lost line may come back to its place
CACHE_SECONDS = 60
REREADS = 3  # in a room too busy for that, pages apply an event twice, which the reducer bears

Part = Callable[[Space], dict[str, Any]]


def snapshot(space: Space) -> dict[str, Any]:
    """Durable parts come from the cache under their revision; who listens is read fresh."""
    return {**durable(space), "audience": presence.audience(space.public_id)}


def durable(space: Space) -> dict[str, Any]:
    key = f"snapshot:{space.public_id}:{space.revision}"
    found: dict[str, Any] | None = shared_cache.get(key)
    if found is None:
        found = build(space)
        # Built after a later event, it is that event's snapshot: file it under what it says.
        shared_cache.set(f"snapshot:{space.public_id}:{found['rev']}", found, CACHE_SECONDS)
    return found


def build(space: Space) -> dict[str, Any]:
    """All of one revision: read again when an event came between the queries."""
    document = read(space)
    for _ in range(REREADS):
        if Space.objects.filter(pk=space.pk, revision=document["rev"]).exists():
            break
        document = read(space)
    return document


def read(space: Space) -> dict[str, Any]:
    space.refresh_from_db()
    document: dict[str, Any] = {
        "rev": space.revision,
        "space": {
            "id": space.public_id,
            "title": space.title,
            "topics": [topic_of(topic) for topic in space.topics.all()],
            "state": space.state,
            "host": space.host.key,
            "speak_policy": space.speak_policy,
            "open_to_guests": space.open_to_guests,
            "microphones_locked": space.microphones_locked,
            "music_mode": space.music_mode,
            "chat": {"paused": space.chat_paused, "slow_mode": space.slow_mode},
            "host_away_ends_at": space.ends_at and stamp(space.ends_at),
            "started_at": space.started_at and stamp(space.started_at),
            "ended_at": space.ended_at and stamp(space.ended_at),
        },
        "stage": [
            {
                "person": person(seated.user),
                "role": seated.role,
                "muted": seated.muted,
                "hand": seated.hand_raised,
            }
            for seated in space.stage.on_stage().select_related("user").order_by("joined_at", "id")
        ],
        "invited": [
            {
                "person": person(invitation.user),
                "role": invitation.role,
                "by": invitation.invited_by.key,
            }
            for invitation in space.invitations.select_related("user", "invited_by")
        ],
        "requests": [
            {
                "person": person(request.user),
                "at": stamp(request.created_at),
                "first_time": request.first_time,
            }
            for request in space.requests.filter(outcome=Outcome.OPEN).select_related("user")
        ],
        "accepted": last_acceptances(space),
        # What was said was said to who was there: the chat ends with the Space.
        "messages": [] if space.is_ended else [line(each) for each in last_messages(space)],
    }
    for part in parts():
        document |= part(space)
    return document


def in_rank(stage: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The host first, then co-hosts; within a role in order of arrival (as room.js does)."""
    ranks = [role.value for role in Role]
    return sorted(stage, key=lambda seat: ranks.index(seat["role"]))


def who_spoke(space: Space) -> list[dict[str, Any]]:
    """Everyone who was ever on the stage, the host first; never who listened."""
    rows = space.stage.select_related("user").order_by("-seat", "-joined_at")
    last = {row.user_id: row for row in rows}
    return [{"person": person(row.user), "role": row.role} for row in reversed(last.values())]


def line(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "person": person(message.author),
        "text": "" if message.deleted_at else message.text,
        "at": stamp(message.at),
        "deleted": message.deleted_at is not None,
    }


def topic_of(topic: Topic) -> dict[str, str]:
    return {"slug": topic.slug, "name": topic.name}


def last_acceptances(space: Space) -> list[str]:
    """When requests were accepted last, in order: the pace that a page estimates from."""
    accepted = space.requests.filter(outcome=Outcome.ACCEPTED).order_by("-answered_at")
    newest = accepted.values_list("answered_at", flat=True)[:ACCEPTANCES]
    return [stamp(moment) for moment in reversed(newest) if moment]


def last_messages(space: Space) -> list[Message]:
    newest = space.messages.select_related("author").order_by("-id")[:MESSAGES_ON_JOINING]
    return list(reversed(newest))


def older_lines(space: Space, *, since: int, before: int) -> list[dict[str, Any]]:
    """The nearest of them: for a page whose reader had scrolled up to what came before."""
    if space.is_ended:
        return []
    found = space.messages.filter(pk__gte=since, pk__lt=before).select_related("author")
    return [line(each) for each in reversed(found.order_by("-id")[:MESSAGES_ON_RETURN])]


@cache
def parts() -> tuple[Part, ...]:
    return tuple(import_string(path) for path in settings.SNAPSHOT_PARTS)
