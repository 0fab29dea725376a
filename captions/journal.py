"""The texts of captions in the journals of Spaces. They are deleted with the lines."""

from collections.abc import Collection

from django.db.models import Q

from accounts.models import User
from captions.events import CaptionAdded, CaptionEdited
from core.batches import in_batches
from spaces.models import RoomEvent, Space
from spaces.models.json import Replaced

KINDS = [CaptionAdded.kind, CaptionEdited.kind]


def replace_text(space: Space, line_ids: Collection[int], text: str) -> None:
    """Replace the text of these lines in the Space's journal; "" deletes it."""
    _replace(Q(space=space, payload__id__in=list(line_ids)), text)


def delete_texts_of_spaces(space_ids: Collection[int]) -> None:
    _replace(Q(space__in=list(space_ids)), "")


def delete_texts_of_person(user: User) -> None:
    _replace(Q(person_key=user.key) | Q(who_key=user.key), "")


def _replace(condition: Q, text: str) -> None:
    for batch in in_batches(RoomEvent.objects.filter(condition, kind__in=KINDS)):
        batch.update(payload=Replaced("payload", {"text": text}))
