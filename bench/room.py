"""The room of `fanout`, `joins` and `faults`: the demo's live Space with signed-in listeners."""

from importlib import import_module

from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from accounts.models import User
from bench.naive import GROUP
from spaces.models import Space
from spaces.room.events import Reactions
from spaces.room.publish import announce

MARK = b"reactions"
EVENT = Reactions(
    counts={"💜": 41, "👏": 7, "😂": 3},
    sent_by={f"u{number}": "💜" for number in range(100, 112)},
)


def prepare(sockets: int) -> tuple[str, list[str]]:
    """Return the live Space's id, and a session cookie for each of `sockets` people."""
    space = Space.objects.live().get()
    people = list(User.objects.exclude(pk=space.host_id)[:sockets])
    if len(people) < sockets:
        raise SystemExit(f"The demo has only {len(people)} people who can listen.")
    with transaction.atomic():
        return space.public_id, [f"{settings.SESSION_COOKIE_NAME}={_sign_in(p)}" for p in people]


def sign_in_host(space_id: str) -> str:
    """Return a session cookie for the host of this Space."""
    host = Space.objects.get(public_id=space_id).host
    return f"{settings.SESSION_COOKIE_NAME}={_sign_in(host)}"


async def publish(space_id: str) -> None:
    await announce(space_id, EVENT)


async def publish_naively(space_id: str) -> None:
    message = {"type": "room.event", "frame": EVENT.frame()}
    await get_channel_layer().group_send(GROUP, message)


def _sign_in(user: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
