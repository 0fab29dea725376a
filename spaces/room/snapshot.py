"""The snapshot: a room as one document, the same for every viewer (docs/protocol.md)."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import cache as shared_cache
from django.utils.module_loading import import_string

from accounts.person_json import person
from core.times import stamp
from spaces.models import Message, Outcome, Role, Space, Topic
from spaces.room import presence

MESSAGES_ON_JOINING = 50
MESSAGES_ON_RETURN = 250  # older messages; static/js/room/chat/chat.js keeps 300 in total on a page
ACCEPTANCES = 6
CACHE_SECONDS = 60
# After this many, the snapshot may contain an event that is newer than its revision. A page then
# applies this event twice, which the reducer tolerates.
MAX_REREADS = 3

Part = Callable[[Space], dict[str, Any]]


def snapshot(space: Space) -> dict[str, Any]:
    """Return the snapshot. Parts that change only with events of the journal may come from a cache;
    the other parts are read anew, except that a large audience may be a second old."""
    document = {**durable(space), "audience": presence.recent_audience(space.public_id)}
    for part in parts(*settings.SNAPSHOT_PRESENT):
        document |= part(space)
    return document


def durable(space: Space) -> dict[str, Any]:
    key = f"snapshot:{space.public_id}:{space.revision}"
    found: dict[str, Any] | None = shared_cache.get(key)
    if found is None:
        found = build(space)
        # An event may have been published during the build, so use the revision that was built.
        shared_cache.set(f"snapshot:{space.public_id}:{found['rev']}", found, CACHE_SECONDS)
    return found


def build(space: Space) -> dict[str, Any]:
    """Read all parts at one revision: reread them if an event was published between the queries."""
    document = read(space)
    for _ in range(MAX_REREADS):
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
                "away_since": seated.away_at and stamp(seated.away_at),
            }
            for seated in space.participants.on_stage()
            .select_related("user")
            .order_by("joined_at", "id")
        ],
        "invited": [
            {
                "person": person(invitation.user),
                "role": invitation.role,
                "by": invitation.invited_by.key,
                "accepts_request": invitation.accepts_request,
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
        # The chat is meant for the people in the room, so nobody sees it after the Space has ended.
        "messages": [] if space.is_ended else [line(each) for each in last_messages(space)],
    }
    for part in parts(*settings.SNAPSHOT_PARTS):
        document |= part(space)
    return document


def sorted_by_role(stage: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort by role: the host, co-hosts, speakers. Within a role, keep the order of arrival. The
    page's script sorts in the same way."""
    ranks = [role.value for role in Role]
    return sorted(stage, key=lambda seat: ranks.index(seat["role"]))


def who_spoke(space: Space) -> list[dict[str, Any]]:
    """Return everyone who was ever on the stage, the host first."""
    rows = space.participants.select_related("user").order_by("-seat", "-joined_at")
    by_user = {row.user_id: row for row in rows}
    return [{"person": person(row.user), "role": row.role} for row in reversed(by_user.values())]


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
    """Return when the latest requests were accepted. Pages estimate the waiting time from this."""
    accepted = space.requests.filter(outcome=Outcome.ACCEPTED).order_by("-answered_at")
    newest = accepted.values_list("answered_at", flat=True)[:ACCEPTANCES]
    return [stamp(moment) for moment in reversed(newest) if moment]


def last_messages(space: Space) -> list[Message]:
    newest = space.messages.select_related("author").order_by("-id")[:MESSAGES_ON_JOINING]
    return list(reversed(newest))


def older_lines(space: Space, *, since: int, before: int) -> list[dict[str, Any]]:
    """Return the messages with ids from `since` to just below `before`, for a reader who returns to
    a page on which they had scrolled up."""
    if space.is_ended:
        return []
    found = space.messages.filter(pk__gte=since, pk__lt=before).select_related("author")
    return [line(each) for each in reversed(found.order_by("-id")[:MESSAGES_ON_RETURN])]


@cache
def parts(*paths: str) -> tuple[Part, ...]:
    return tuple(import_string(path) for path in paths)
