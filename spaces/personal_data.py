"""What this app holds about a person: see `accounts.personal_data`."""

from collections.abc import Iterator

from django.db.models import F, Q

from accounts.models import User
from accounts.people import person
from accounts.personal_data import Part, Table
from spaces.models import (
    Feedback,
    Invitation,
    Message,
    Participant,
    Removal,
    RoomEvent,
    Space,
    SpeakRequest,
)

SPACE = F("space__public_id")
WORDS = ("text", "picture", "alt")  # of a message or a pinned post, in the journal


def export(user: User) -> Iterator[Part]:
    hosted = Space.objects.filter(host=user).order_by("pk")
    yield Table(
        "spaces_hosted",
        hosted.values("public_id", "title", "state", "started_at", "ended_at").iterator(),
    )
    stages = Participant.objects.filter(user=user).order_by("pk")
    yield Table(
        "spaces_on_stage",
        stages.values(
            "role", "joined_at", "left_at", in_space=SPACE, title=F("space__title")
        ).iterator(),
    )
    lines = Message.objects.filter(author=user).order_by("pk")
    yield Table("chat_messages", lines.values("text", "at", in_space=SPACE).iterator())
    asked = SpeakRequest.objects.filter(user=user).order_by("pk")
    yield Table(
        "requests_to_speak",
        asked.values("reason", "outcome", "created_at", in_space=SPACE).iterator(),
    )
    moods = Feedback.objects.filter(user=user).order_by("pk")
    yield Table("feedback", moods.values("mood", "line", "at", in_space=SPACE).iterator())


def erase(user: User) -> None:
    """Who hosted and who spoke stays, under the name of a deleted account; their words go."""
    Message.objects.filter(author=user).delete()
    SpeakRequest.objects.filter(user=user).delete()
    Feedback.objects.filter(user=user).delete()
    Invitation.objects.filter(Q(user=user) | Q(invited_by=user)).delete()
    # What hosts noted about the person, or the person as a host about others.
    noted = Q(viewer_key=user.key) | Q(removed_by=user)
    Removal.objects.filter(noted).exclude(reason="").update(reason="")
    about = Q(actor=user) | Q(payload__who=user.key)
    RoomEvent.objects.filter(about).exclude(note="").update(note="")
    _erase_from_journals(user)


def _erase_from_journals(user: User) -> None:
    named = Q(payload__person__id=user.key) | Q(payload__by__id=user.key)
    for event in RoomEvent.objects.filter(named).iterator():
        payload = event.payload
        if payload.get("person", {}).get("id") == user.key:
            payload.update({word: "" for word in WORDS if word in payload})
            payload["person"] = person(user)
        if isinstance(payload.get("by"), dict) and payload["by"].get("id") == user.key:
            payload["by"] = person(user)
        event.save(update_fields=["payload"])
