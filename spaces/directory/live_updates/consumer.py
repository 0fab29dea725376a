"""The socket of every open page (docs/protocol.md): it sends changes in what the page shows."""

import math
import re
from typing import Any

from accounts.models import User
from accounts.session_refs import SessionRef
from core.refusals import Refusal
from core.sockets import close_codes
from core.sockets.consumer import BaseConsumer
from core.sockets.incoming import Check, FrameRules
from core.sockets.limits import PAGE
from core.times import stamp
from spaces.directory.live_updates.cards import MAX_CARDS
from spaces.directory.live_updates.open_pages import get_open_pages
from spaces.directory.live_updates.pages import Listing
from spaces.directory.search import MAX_QUERY_LENGTH

MAX_WATCHED = 500  # people on one page
KEY = re.compile(r"u[0-9]{1,18}")
PUBLIC_ID = re.compile(r"[A-Za-z0-9]{10}")
SLUG = re.compile(r"[-\w]{0,30}", re.ASCII)


def names(pattern: re.Pattern[str], most: int) -> Check:
    """Return a check for a list of at most `most` strings that match `pattern`."""
    return lambda value: (
        isinstance(value, list)
        and len(value) <= most
        and all(isinstance(name, str) and pattern.fullmatch(name) for name in value)
    )


def moment(value: Any) -> bool:
    """Return whether `value` is a time in seconds since 1970."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and value >= 0


FRAMES: dict[str, dict[str, Check]] = {
    "beat": {},
    "unread": {},
    "watch": {
        "people": names(KEY, MAX_WATCHED),
        "spaces": names(PUBLIC_ID, MAX_CARDS),
        "bar": lambda value: isinstance(value, bool),
    },
    "list": {
        "since": moment,
        "topic": lambda value: isinstance(value, str) and SLUG.fullmatch(value) is not None,
        "words": lambda value: isinstance(value, str) and len(value) <= MAX_QUERY_LENGTH,
    },
}


RULES = FrameRules(FRAMES, max_length=16 * 1024, burst=20, rate=2, max_refused=5)


class PageConsumer(BaseConsumer):
    """Accepts everyone, signed in or not, because anyone may see who is on a public stage. Refuses
    only suspended people, and sockets beyond the limits."""

    session = SessionRef()  # the browser session in which the socket was opened
    user: User | None = None
    user_id: int | None = None
    has_bar = False
    listing: Listing | None = None
    joined = False

    def frame_rules(self) -> FrameRules:
        return RULES

    async def connect(self) -> None:
        self.watched: frozenset[str] = frozenset()
        self.cards: dict[str, Any] = {}
        if not await self._accept():
            return
        arrival = await get_open_pages().arrivals.of(self.scope["session"])
        user = arrival.reader
        if user is not None:
            self.user, self.user_id = user, user.pk
            self.session = SessionRef.of(self.scope["session"], user)
            if user.is_suspended:
                await self.expel()
                return
        if arrival.refusal is not None:
            await self._close(close_codes.TOO_FAST, arrival.refusal)
            return
        key = user.key if user is not None else ""
        await self._claim(PAGE.owners(key, self.scope["session"].session_key))
        self.joined = True
        await get_open_pages().join(self)
        await self._send({"t": "hello", "now": stamp(arrival.time)})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.joined:
            return  # the socket was refused and is closing
        frame = await self._read(text_data)
        if frame is None:
            return
        if frame["t"] == "watch":
            self._watch(frame)
        elif frame["t"] == "list":
            listing = Listing(frame["since"], frame["topic"], frame["words"])
            get_open_pages().lists.show(self, listing)
            get_open_pages().answers.request_list(self)
        elif frame["t"] == "unread":
            get_open_pages().notified.request(self)
        else:
            await self._send({"t": "beat"})

    async def disconnect(self, code: int) -> None:
        self.joined = False
        get_open_pages().leave(self)

    async def expel(self) -> None:
        self.joined = False
        get_open_pages().leave(self)
        refusal = Refusal("suspended", "Your account is suspended.")
        await self._close(close_codes.REFUSED, refusal)

    def _watch(self, frame: dict[str, Any]) -> None:
        open_pages = get_open_pages()
        self.has_bar = frame["bar"] and self.user is not None
        open_pages.watch(self, frozenset(frame["people"]))
        open_pages.cards.watch(self, frozenset(frame["spaces"]))
        open_pages.lists.leave(self)  # until the page sends a `list` frame for its new content
        open_pages.answers.request(self)
