"""What this app stores about a person: see `accounts.personal_data`."""

from collections.abc import Iterator

from django.db.models import F, Q

from accounts.models import User
from accounts.person_json import person
from accounts.personal_data import Part, Table
from core.batches import delete_in_batches, in_batches
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
from spaces.models.json import Replaced

SPACE = F("space__public_id")
TEXT_FIELDS = ("text", "picture", "alt")  # of a message or a pinned post, in an event's payload


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
    """Delete what the person wrote, except the titles of Spaces. Records that they hosted or spoke
    stay; they refer to a deleted account."""
    delete_in_batches(Message.objects.filter(author=user))
    delete_in_batches(SpeakRequest.objects.filter(user=user))
    delete_in_batches(Feedback.objects.filter(user=user))
    Invitation.objects.filter(Q(user=user) | Q(invited_by=user)).delete()
    Space.objects.filter(host=user).exclude(description="").update(description="")
    # Reasons that hosts wrote about the person, or that the person wrote as a host.
    concerned = Q(viewer_key=user.key) | Q(removed_by=user)
    Removal.objects.filter(concerned).exclude(reason="").update(reason="")
    about = Q(actor=user) | Q(who_key=user.key)
    RoomEvent.objects.filter(about).exclude(note="").update(note="")
    _erase_from_journals(user)


def _erase_from_journals(user: User) -> None:
    """Erase the person's name and text from the payloads of events. The events stay."""
    erased = person(user)  # which already has the name of a deleted account
    for batch in in_batches(RoomEvent.objects.filter(person_key=user.key)):
        batch.update(
            payload=Replaced("payload", {"person": erased, **dict.fromkeys(TEXT_FIELDS, "")})
        )
    # In some events, `by` is a person instead of a key.
    by_user = RoomEvent.objects.filter(actor=user, payload__by__id=user.key)
    for batch in in_batches(by_user):
        batch.update(payload=Replaced("payload", {"by": erased}))
