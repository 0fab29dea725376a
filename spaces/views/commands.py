"""The commands of docs/protocol.md, one view per URL."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from core import person_keys, rates
from core.refusals import Refusal
from spaces.actions import (
    chat,
    guests,
    invitations,
    lifecycle,
    removals,
    requests,
    stage,
    succession,
)
from spaces.forms import (
    ChatModeForm,
    DetailsForm,
    HandForm,
    InvitationForm,
    LockForm,
    MessageForm,
    MicrophoneForm,
    MusicModeForm,
    OpenToGuestsForm,
    RemovalForm,
    RequestForm,
)
from spaces.models import Space
from spaces.permissions import Act
from spaces.views.decorators import cleaned, command

# --- the Space ---------------------------------------------------------------------------------


@command(Act.END)
def end(request: HttpRequest, space: Space, user: User) -> None:
    lifecycle.end(space, by=user)


@command(Act.EDIT_DETAILS)
def details(request: HttpRequest, space: Space, user: User) -> None:
    data: dict[str, Any] = cleaned(DetailsForm(request.POST))
    lifecycle.edit_details(space, by=user, title=data["title"], topics=data["topics"])


@command(Act.EDIT_DETAILS)
def open_to_guests(request: HttpRequest, space: Space, user: User) -> None:
    is_open = bool(cleaned(OpenToGuestsForm(request.POST))["open"])
    guests.set_open(space, is_open=is_open, by=user)


@command(Act.HAND_OVER)
def hand_over(request: HttpRequest, space: Space, user: User, key: str) -> None:
    succession.hand_over(space, by=user, to=person_of(key))


# --- asking and inviting -----------------------------------------------------------------------


@command(Act.REQUEST, rate=rates.ASKING)
def ask(request: HttpRequest, space: Space, user: User) -> None:
    requests.ask(space, user=user, reason=str(cleaned(RequestForm(request.POST))["reason"]))


@command(Act.LISTEN)
def cancel_request(request: HttpRequest, space: Space, user: User) -> None:
    requests.cancel(space, user=user)


@command(Act.ANSWER_REQUESTS)
def accept_request(request: HttpRequest, space: Space, user: User, key: str) -> None:
    requests.accept(space, user=person_of(key), by=user)


@command(Act.ANSWER_REQUESTS)
def decline_request(request: HttpRequest, space: Space, user: User, key: str) -> None:
    requests.decline(space, user=person_of(key), by=user)


@command(Act.INVITE)
def invite(request: HttpRequest, space: Space, user: User, key: str) -> None:
    data: dict[str, Any] = cleaned(InvitationForm(request.POST))
    invitations.invite(space, by=user, user=person_of(key), role=data["role"])


@command(Act.INVITE)
def uninvite(request: HttpRequest, space: Space, user: User, key: str) -> None:
    invitations.withdraw(space, by=user, user=person_of(key))


@command(Act.LISTEN)
def accept(request: HttpRequest, space: Space, user: User) -> None:
    invitations.accept(space, user=user)


@command(Act.LISTEN)
def decline(request: HttpRequest, space: Space, user: User) -> None:
    invitations.decline(space, user=user)


# --- the stage ---------------------------------------------------------------------------------


@command(Act.SPEAK)
def microphone(request: HttpRequest, space: Space, user: User) -> None:
    muted = bool(cleaned(MicrophoneForm(request.POST))["muted"])
    stage.set_microphone(space, user=user, muted=muted, by=user)


@command(Act.RAISE_HAND)
def hand(request: HttpRequest, space: Space, user: User) -> None:
    raised = bool(cleaned(HandForm(request.POST))["raised"])
    stage.raise_hand(space, user=user, raised=raised, by=user)


@command(Act.STEP_DOWN)
def step_down(request: HttpRequest, space: Space, user: User) -> None:
    stage.step_down(space, user=user)


@command(Act.MUTE_OTHERS)
def mute(request: HttpRequest, space: Space, user: User, key: str) -> None:
    stage.set_microphone(space, user=person_of(key), muted=True, by=user)


@command(Act.MUTE_OTHERS)
def mute_all(request: HttpRequest, space: Space, user: User) -> None:
    stage.mute_all(space, by=user)


@command(Act.MUTE_OTHERS)
def lock(request: HttpRequest, space: Space, user: User) -> None:
    locked = bool(cleaned(LockForm(request.POST))["locked"])
    stage.lock_microphones(space, locked=locked, by=user)


@command(Act.MUSIC_MODE)
def music_mode(request: HttpRequest, space: Space, user: User) -> None:
    on = bool(cleaned(MusicModeForm(request.POST))["on"])
    stage.set_music_mode(space, on=on, by=user)


@command(Act.MUTE_OTHERS)
def lower_hand(request: HttpRequest, space: Space, user: User, key: str) -> None:
    stage.raise_hand(space, user=person_of(key), raised=False, by=user)


@command(Act.MOVE_TO_LISTENERS)
def move_to_listeners(request: HttpRequest, space: Space, user: User, key: str) -> None:
    stage.move_to_listeners(space, user=person_of(key), by=user)


# --- removals ----------------------------------------------------------------------------------


@command(Act.REMOVE)
def remove(request: HttpRequest, space: Space, user: User, key: str) -> None:
    reason = str(cleaned(RemovalForm(request.POST))["reason"])
    if person_keys.is_guest(key):
        removals.remove_guest(space, key=key, by=user, reason=reason)
    else:
        removals.remove(space, user=person_of(key), by=user, reason=reason)


@command(Act.REMOVE)
def readmit(request: HttpRequest, space: Space, user: User, key: str) -> None:
    removals.readmit(space, key=key, by=user)


# --- the chat ----------------------------------------------------------------------------------


@command(Act.CHAT, rate=rates.CHAT)
def send_message(request: HttpRequest, space: Space, user: User) -> None:
    text = str(cleaned(MessageForm(request.POST))["text"])
    chat.send(space, author=user, text=text)


@command(Act.MODERATE_CHAT)
def chat_mode(request: HttpRequest, space: Space, user: User) -> None:
    data: dict[str, Any] = cleaned(ChatModeForm(request.POST))
    chat.set_mode(space, paused=data["paused"], slow_mode=data["slow_mode"], by=user)


@command(Act.CHAT)
def delete_message(request: HttpRequest, space: Space, user: User, message_id: int) -> None:
    chat.delete(space, by=user, message_id=message_id)


def person_of(key: str) -> User:
    """Return the user with this person key. Raises a Refusal if there is none, or the key is a
    guest's."""
    pk = person_keys.account_in(key)
    user = User.objects.filter(pk=pk).first() if pk is not None else None
    if user is None:
        raise Refusal("no_person", "This person doesn’t exist.", status=404)
    return user
