"""Guests: people who listen without an account, if the host allows it.

A guest is identified by a random token in the browser's session, and has a row (`Guest`) for each
Space that they joined. The token is enough to count guests, and to keep out a removed guest until
the session ends; it is not secret and gives no rights. Because guests can clear their cookies,
there is a cool-down (`spaces.room.cool_down`), and the host can close the Space to guests.
"""

import secrets
import zlib
from collections.abc import MutableMapping
from typing import Any

from django.db import transaction

from accounts.initials import PALETTES
from accounts.models import User
from accounts.person_json import Person
from accounts.sessions import PREVIOUS_USER
from spaces import admission
from spaces.actions.locks import lock_space
from spaces.models import Guest, Space
from spaces.room import cool_down
from spaces.room.audio_reconcile import request_reconcile
from spaces.room.events import OpenToGuests
from spaces.room.publish import publish
from spaces.viewer import SESSION_KEY, Viewer

TOKEN_BYTES = 12
NUMBERS = 900  # names are "Guest 100" to "Guest 999", which is enough to tell guests apart


def join(space: Space, session: MutableMapping[str, Any], *, network: str) -> Viewer:
    """Let the session's guest join the Space; create the guest if the session has none.

    Raises NotAdmitted; during a cool-down, raises CoolingDown for a guest who has not joined this
    Space before.
    """
    token = session.get(SESSION_KEY) or secrets.token_urlsafe(TOKEN_BYTES)
    viewer = Viewer(guest=token, formerly=session.get(PREVIOUS_USER))
    with transaction.atomic():  # so that a refusal rolls back the row
        guest, is_new = Guest.objects.get_or_create(space=space, viewer_key=viewer.key)
        admission.require(space, viewer)
        if is_new and (refusal := cool_down.refusal_for(space, network)):
            raise refusal
        guest.network = cool_down.hash_of(space, network)
        guest.save(update_fields=["network"])
    session[SESSION_KEY] = viewer.guest
    return viewer


def set_open(space: Space, *, is_open: bool, by: User) -> None:
    """Open a live Space to guests, or close it to them and disconnect those who listen."""
    with lock_space(space):
        changed = Space.objects.filter(pk=space.pk).exclude(open_to_guests=is_open)
        if changed.update(open_to_guests=is_open):
            publish(space, OpenToGuests(open=is_open, by=by.key), actor=by)
            request_reconcile(space)


def person_of(key: str) -> Person:
    """Return a guest in the message format. Their name, like "Guest 123", depends on the key, so it
    is always the same."""
    number = zlib.crc32(key.encode())
    return {
        "id": key,
        "handle": "",
        "name": f"Guest {100 + number % NUMBERS}",
        "initials": "G",
        "palette": number % PALETTES,
        "avatar": "",
    }
