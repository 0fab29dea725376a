"""One act a URL: the commands of docs/protocol.md."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from spaces import chat, lifecycle, stage
from spaces.forms import DetailsForm, MessageForm, MicrophoneForm
from spaces.live import rates
from spaces.models import Space
from spaces.permissions import Act
from spaces.refusals import Refusal
from spaces.views.command import cleaned, command


@command(Act.END)
def end(request: HttpRequest, space: Space, user: User) -> None:
    lifecycle.end(space, by=user)


@command(Act.EDIT_DETAILS)
def details(request: HttpRequest, space: Space, user: User) -> None:
    data: dict[str, Any] = cleaned(DetailsForm(request.POST))
    lifecycle.edit_details(space, by=user, title=data["title"], topics=data["topics"])


@command(Act.SPEAK)
def microphone(request: HttpRequest, space: Space, user: User) -> None:
    muted = bool(cleaned(MicrophoneForm(request.POST))["muted"])
    stage.set_microphone(space, user=user, muted=muted, by=user)


@command(Act.INVITE)
def invite(request: HttpRequest, space: Space, user: User, key: str) -> None:
    stage.invite(space, by=user, user=person_of(key))


@command(Act.INVITE)
def uninvite(request: HttpRequest, space: Space, user: User, key: str) -> None:
    stage.withdraw(space, by=user, user=person_of(key))


@command(Act.LISTEN)
def accept(request: HttpRequest, space: Space, user: User) -> None:
    stage.accept(space, user=user)


@command(Act.LISTEN)
def decline(request: HttpRequest, space: Space, user: User) -> None:
    stage.decline(space, user=user)


@command(Act.STEP_DOWN)
def step_down(request: HttpRequest, space: Space, user: User) -> None:
    stage.step_down(space, user=user)


@command(Act.CHAT, rate=rates.CHAT)
def say(request: HttpRequest, space: Space, user: User) -> None:
    chat.say(space, author=user, text=str(cleaned(MessageForm(request.POST))["text"]))


@command(Act.DELETE_MESSAGE)
def delete_message(request: HttpRequest, space: Space, user: User, message_id: int) -> None:
    chat.delete(space, by=user, message_id=message_id)


def person_of(key: str) -> User:
    """The user behind a key of docs/protocol.md; guests can't come on stage."""
    digits = key.removeprefix("u")
    user = (
        User.objects.filter(pk=digits).first() if digits.isdecimal() and len(digits) < 19 else None
    )
    if user is None:
        raise Refusal("no_person", "This person is not here.", status=404)
    return user
