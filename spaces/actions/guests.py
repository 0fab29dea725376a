"""Guests: people who listen by the link, without an account, where the host allows it.

A guest is a random token in the browser's own session, and a row in each Space that they joined:
enough to count them, and to keep out whoever was removed for as long as that session lasts. The
token is no secret, and opens nothing. Whoever clears their cookies meets a cool-down
(`spaces.room.cool_down`), or a host who lets in only people with an account.
"""

import secrets
import zlib
from collections.abc import MutableMapping
from typing import Any

from django.db import transaction

from accounts.initials import PALETTES
from accounts.models import User
from accounts.sessions import PREVIOUS_USER
from accounts.wire import Person
from spaces import admission
from spaces.actions.locks import lock_space
from spaces.models import Guest, Space
from spaces.room import cool_down
from spaces.room.audio_reconcile import request_reconcile
from spaces.room.events import OpenToGuests
from spaces.room.publish import publish
from spaces.viewer import SESSION_KEY, Viewer

TOKEN_BYTES = 12
NUMBERS = 900  # "Guest 100" to "Guest 999": enough to tell those apart whom a host sees


def welcome(space: Space, session: MutableMapping[str, Any], *, network: str) -> Viewer:
    """Let the guest of this session join, a new one if it has none; raises the Refusal of who may
    not. Whoever joined before comes back whatever happened on their network since."""
    token = session.get(SESSION_KEY) or secrets.token_urlsafe(TOKEN_BYTES)
    viewer = Viewer(guest=token, formerly=session.get(PREVIOUS_USER))
    with transaction.atomic():  # joined only if nothing refuses it
        guest, is_new = Guest.objects.get_or_create(space=space, viewer_key=viewer.key)
        admission.require(space, viewer)
        if is_new and (refusal := cool_down.running(space, network)):
            raise refusal
        guest.network = cool_down.hash_of(space, network)
        guest.save(update_fields=["network"])
    session[SESSION_KEY] = viewer.guest
    return viewer


def allow(space: Space, *, allowed: bool, by: User) -> None:
    """Open a live Space to guests, or close it: then those who listen are out, on every path."""
    with lock_space(space):
        asked = Space.objects.filter(pk=space.pk).exclude(open_to_guests=allowed)
        if asked.update(open_to_guests=allowed):
            publish(space, OpenToGuests(open=allowed, by=by.key), actor=by)
            request_reconcile(space)


def guest(key: str) -> Person:
    """How a guest looks to the hosts: nameless, and the same every time."""
    number = zlib.crc32(key.encode())
    return {
        "id": key,
        "handle": "",
        "name": f"Guest {100 + number % NUMBERS}",
        "initials": "G",
        "palette": number % PALETTES,
        "avatar": "",
    }
