"""Guests: people who listen by the link, without an account, where the host allows it.

A guest is a random token in the session of a browser, and a row in each Space that they joined.
That is enough to count guests, and to keep out a removed guest for as long as the session lasts.
The token is no secret and gives no rights. Against guests who clear their cookies there is a
cool-down (`spaces.room.cool_down`), and the host can close the Space to guests.
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
NUMBERS = 900  # "Guest 100" to "Guest 999": enough to tell guests apart


def join(space: Space, session: MutableMapping[str, Any], *, network: str) -> Viewer:
    """Let the guest of this session join, as a new guest if it has none. Raises NotAdmitted, or
    CoolingDown, which never applies to a guest who had joined before."""
    token = session.get(SESSION_KEY) or secrets.token_urlsafe(TOKEN_BYTES)
    viewer = Viewer(guest=token, formerly=session.get(PREVIOUS_USER))
    with transaction.atomic():  # a refusal takes back the row
        guest, is_new = Guest.objects.get_or_create(space=space, viewer_key=viewer.key)
        admission.require(space, viewer)
        if is_new and (refusal := cool_down.running(space, network)):
            raise refusal
        guest.network = cool_down.hash_of(space, network)
        guest.save(update_fields=["network"])
    session[SESSION_KEY] = viewer.guest
    return viewer


def set_open(space: Space, *, is_open: bool, by: User) -> None:
    """Open a live Space to guests, or close it and disconnect the guests who listen."""
    with lock_space(space):
        changed = Space.objects.filter(pk=space.pk).exclude(open_to_guests=is_open)
        if changed.update(open_to_guests=is_open):
            publish(space, OpenToGuests(open=is_open, by=by.key), actor=by)
            request_reconcile(space)


def person_of(key: str) -> Person:
    """Return how the wire shows a guest: "Guest 123", the same number every time."""
    number = zlib.crc32(key.encode())
    return {
        "id": key,
        "handle": "",
        "name": f"Guest {100 + number % NUMBERS}",
        "initials": "G",
        "palette": number % PALETTES,
        "avatar": "",
    }
