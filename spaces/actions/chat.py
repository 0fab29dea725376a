"""The chat of a Space."""

from datetime import timedelta
from math import ceil

from django.utils import timezone

from accounts.models import User
from accounts.person_json import person
from core import shared_clock
from core.rates import TooFast
from core.refusals import Refusal
from core.times import stamp
from spaces.actions.locks import lock_space
from spaces.models import Message, Space
from spaces.permissions import MAY, Act, require, role_of
from spaces.room.events import ChatMode, MessageDeleted, MessageSent
from spaces.room.publish import publish
from spaces.viewer import Viewer


class ChatPaused(Refusal):
    def __init__(self) -> None:
        super().__init__("chat_paused", "A host paused the chat.", status=403)


def send(space: Space, *, author: User, text: str) -> Message:
    """Send a message to the room. Raises ChatPaused, or TooFast in slow mode; both apply to
    everyone except hosts."""
    with lock_space(space):
        _check_mode(space, author)
        # The shared clock, because slow mode compares this with times that other processes wrote.
        at = shared_clock.now()
        message = Message.objects.create(space=space, author=author, text=text, at=at)
        publish(
            space,
            MessageSent(id=message.pk, person=person(author), text=text, at=stamp(message.at)),
            actor=author,
        )
    return message


def set_mode(space: Space, *, paused: bool, slow_mode: int, by: User) -> None:
    """Pause or reopen the chat, and limit each person to one message every `slow_mode`
    seconds (0 means no limit)."""
    with lock_space(space):
        changed = Space.objects.filter(pk=space.pk).exclude(chat_paused=paused, slow_mode=slow_mode)
        if changed.update(chat_paused=paused, slow_mode=slow_mode):
            publish(space, ChatMode(paused=paused, slow_mode=slow_mode, by=by.key), actor=by)


def delete(space: Space, *, by: User, message_id: int) -> None:
    """Delete a message for everyone in the room. Idempotent. Only hosts may delete messages of
    other people."""
    with lock_space(space):
        found = space.messages.select_related("author").filter(pk=message_id).first()
        if found is None:
            raise Refusal("no_message", "This message is not in the Space.", status=404)
        if found.author_id != by.pk:
            require(space, Viewer(by), Act.DELETE_MESSAGE)
        if found.deleted_at is None:
            found.deleted_at, found.deleted_by = timezone.now(), by
            found.save(update_fields=["deleted_at", "deleted_by"])
            who = found.author.key
            publish(space, MessageDeleted(id=message_id, who=who, by=by.key), actor=by)


def _check_mode(space: Space, author: User) -> None:
    """Raise ChatPaused or TooFast if the chat's mode doesn't allow this message."""
    if not (space.chat_paused or space.slow_mode):
        return
    if Act.MODERATE_CHAT in MAY[role_of(space, Viewer(author))]:
        return
    if space.chat_paused:
        raise ChatPaused
    since = shared_clock.now() - timedelta(seconds=space.slow_mode)
    last = space.messages.filter(author=author, at__gt=since).order_by("-at").first()
    if last is not None:
        raise TooFast(max(1, ceil((last.at - since).total_seconds())))
