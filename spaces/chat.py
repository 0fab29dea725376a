"""The chat of a Space."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.people import person
from spaces.live.events import MessageDeleted, MessageSent
from spaces.live.publish import publish
from spaces.live.snapshot import stamp
from spaces.models import Message, Space
from spaces.refusals import Refusal


def say(space: Space, *, author: User, text: str) -> Message:
    with transaction.atomic():
        message = Message.objects.create(space=space, author=author, text=text)
        publish(
            space,
            MessageSent(id=message.pk, person=person(author), text=text, at=stamp(message.at)),
            actor=author,
        )
    return message


def delete(space: Space, *, by: User, message_id: int) -> None:
    """Take a line out of the room; deleting twice is deleting once."""
    with transaction.atomic():
        line = Message.objects.filter(space=space, pk=message_id)
        if line.filter(deleted_at=None).update(deleted_at=timezone.now(), deleted_by=by):
            publish(space, MessageDeleted(id=message_id, by=by.key), actor=by)
        elif not line.exists():
            raise Refusal("no_message", "This message is not in the Space.", status=404)
