"""Spaces as HLS: the addresses of streams, and who may fetch them.

The stream of a Space that everyone may hear has one address, which a CDN may cache. Every other
address contains a token of one person. The token works while that person is in the room, that is,
while their page has an open socket. A socket is opened and stays open by the rules of admission
(`spaces.room.expulsions`), so this module needs no rules of its own.
"""

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import signing
from django.templatetags.static import static
from redis import RedisError

from audio.hls import demand
from core.paths import path_of
from core.refusals import Refusal
from spaces import admission, finding
from spaces.admission import SignedOut
from spaces.models import Space
from spaces.room import presence
from spaces.viewer import Viewer

PLAYLIST = "live.m3u8"
OPEN = "open"  # instead of a token, in the addresses of Spaces that everyone may hear
VALID_FOR = 12 * 3600  # seconds; a page that needs an address for longer asks for another one

_SALT = "spaces.hls"


class Unavailable(Exception):
    """Redis, which knows who is in a room, can't be reached."""


def request(space: Space, viewer: Viewer) -> dict[str, object]:
    """Let this Space be packed; return `{"url", "ready"}`: the address of its stream for this
    viewer, who must be admitted, and whether it can be fetched already. Raises Refusal."""
    if not settings.HLS:
        raise Refusal("no_hls", "This site doesn't offer Spaces as HLS.", status=404)
    is_open = everyone_may_hear(space)
    token = OPEN if is_open else _token(space.public_id, viewer.key)
    path = path_of("spaces:hls", token, space.public_id, PLAYLIST)
    try:
        demand.want(space.public_id)
        ready = demand.is_ready(space.public_id)
    except RedisError as error:
        message = "The audio is not reachable right now. Try again in a moment."
        raise Refusal("unavailable", message, status=503) from error
    return {"url": settings.HLS_CDN * is_open + path, "ready": ready}


def library() -> str:
    """Return the address of hls.js, with which most browsers play a stream; "" if it is not
    installed, or was installed after the static files were collected."""
    if not settings.HLS or (settings.DEBUG and not finders.find(settings.HLS_LIBRARY)):
        return ""
    try:
        return static(settings.HLS_LIBRARY)
    except ValueError:  # not in the manifest of the collected files
        return ""


def may_fetch(token: str, space_id: str) -> bool:
    """Return whether the files of this Space's stream may be fetched with this token. If so, the
    stream goes on. Raises Unavailable."""
    allowed = _is_open(space_id) if token == OPEN else _is_in_the_room(token, space_id)
    if allowed:
        try:
            demand.keep(space_id)
        except RedisError as error:
            raise Unavailable from error
    return allowed


def everyone_may_hear(space: Space) -> bool:
    """Return whether a stranger may hear this Space as a guest, without a ticket."""
    refusals = admission.refusals(space, Viewer())
    return space.open_to_guests and all(isinstance(each, SignedOut) for each in refusals)


def _is_open(space_id: str) -> bool:
    space = finding.find(space_id)
    return space is not None and everyone_may_hear(space)


def _is_in_the_room(token: str, space_id: str) -> bool:
    try:
        found = signing.loads(token, salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return False
    of_space, person = found
    if of_space != space_id:
        return False
    connected = presence.connected(space_id, [person])
    if connected is None:
        raise Unavailable
    return person in connected


def _token(space_id: str, person: str) -> str:
    return signing.dumps([space_id, person], salt=_SALT)
