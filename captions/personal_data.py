"""What this app stores about a person: see `accounts.personal_data`."""

from collections.abc import Iterator

from django.db.models import F, Q

from accounts.models import User
from accounts.personal_data import Part, Table
from captions import journal
from captions.models import Captioner, CaptionRequest, Change, Line, Preference, Voice
from core.batches import delete_in_batches

SPACE = F("space__public_id")


def export(user: User) -> Iterator[Part]:
    chosen = Preference.objects.filter(user=user)
    yield Table("captions_of_my_voice", chosen.values("caption_my_voice").iterator())
    said = Line.objects.filter(speaker=user).order_by("pk")
    yield Table(
        "captions",
        said.values(
            "text", "started_at", "ended_at", "source", "language", in_space=SPACE
        ).iterator(),
    )
    written = Line.objects.filter(captioner=user).order_by("pk")
    yield Table(
        "captions_written_for_others",
        written.values("text", "started_at", in_space=SPACE).iterator(),
    )


def erase(user: User) -> None:
    """Delete what the person said. Lines that they wrote as a captioner are the words of
    others, and stay without the captioner's name."""
    delete_in_batches(Line.objects.filter(speaker=user))
    journal.delete_texts_of_person(user)
    Change.objects.filter(Q(speaker=user) | Q(by=user)).delete()
    Line.objects.filter(captioner=user).update(captioner=None)
    for model in (Voice, Captioner):
        model._default_manager.filter(user=user).delete()
    Preference.objects.filter(user=user).delete()
    CaptionRequest.objects.filter(asked_by=user).delete()
