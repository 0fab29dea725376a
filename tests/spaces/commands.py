"""The commands of spaces/urls.py that people can post to a Space, and functions that try them."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from spaces import urls
from spaces.actions import chat
from spaces.models import Space
from spaces.permissions import Act
from tests.factories import make_user

JSON = {"accept": "application/json"}
COMMANDS = {
    "end": Act.END,
    "details": Act.EDIT_DETAILS,
    "open_to_guests": Act.EDIT_DETAILS,
    "ask": Act.REQUEST,
    "cancel_request": Act.LISTEN,
    "accept": Act.LISTEN,
    "decline": Act.LISTEN,
    "microphone": Act.SPEAK,
    "hand": Act.RAISE_HAND,
    "step_down": Act.STEP_DOWN,
    "mute_all": Act.MUTE_OTHERS,
    "lock": Act.MUTE_OTHERS,
    "music_mode": Act.MUSIC_MODE,
    "accept_request": Act.ANSWER_REQUESTS,
    "decline_request": Act.ANSWER_REQUESTS,
    "invite": Act.INVITE,
    "uninvite": Act.INVITE,
    "mute": Act.MUTE_OTHERS,
    "lower_hand": Act.MUTE_OTHERS,
    "move_to_listeners": Act.MOVE_TO_LISTENERS,
    "remove": Act.REMOVE,
    "readmit": Act.REMOVE,
    "hand_over": Act.HAND_OVER,
    "send_message": Act.CHAT,
    "chat_mode": Act.MODERATE_CHAT,
    "delete_message": Act.DELETE_MESSAGE,
}
READS = {
    "requests": Act.ANSWER_REQUESTS,
    "log": Act.READ_LOG,
    "removed": Act.REMOVE,
    "guests": Act.REMOVE,
}
FIELDS = {  # valid for every command, so that none is refused for its input
    "title": "New",
    "muted": "true",
    "raised": "true",
    "locked": "true",
    "on": "true",
    "open": "true",
    "paused": "true",
    "slow_mode": "10",
    "text": "Hello",
    "reason": "Because",
}


def post(user: User | None, space: Space, path: str, data: dict | None = None, **extra):
    client = Client()
    if user is not None:
        client.force_login(user)
    address = f"{space.get_absolute_url()}{path}"
    return client.post(address, data or {}, headers={**JSON, **extra})


def address(space: Space, name: str, whom: User) -> str:
    kwargs = {"space_id": space.public_id}
    if name in {route.name for route in urls.writes if "key" in str(route.pattern)}:
        kwargs["key"] = whom.key
    if name == "delete_message":
        kwargs["message_id"] = space.messages.get().pk
    return reverse(f"spaces:{name}", kwargs=kwargs)


def try_all(user: User | None, space: Space, names: Iterable[str], **client: Any) -> dict[str, Any]:
    """Try each command on the same state. Return the status of each with the code of its refusal,
    or with "" if it was not refused."""
    person = make_user()
    chat.send(space, author=space.host, text="Good evening")
    client = Client(**client)
    if user is not None:
        client.force_login(user)
    answers = {}
    for name in names:
        with transaction.atomic():
            answer = client.post(address(space, name, person), FIELDS, headers=JSON)
            transaction.set_rollback(True)
        body = answer.json() if answer.headers.get("content-type") == "application/json" else {}
        answers[name] = (answer.status_code, body.get("code", ""))
    return answers
