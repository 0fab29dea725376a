"""How many sockets one person, one browser session and one address may hold.

Each web process counts its own sockets: the limits protect its open files and its memory, must
work while Redis is away, and a crash must free what was counted. So with several web processes an
address may hold that many in each (docs/decisions/0013-sockets-are-counted-by-process.md).

If one person has too many, their oldest socket is closed, which is most likely a forgotten tab. If
an address has too many, the new socket is refused: strangers must not close each other's sockets.
"""

import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

import structlog
from django.conf import settings

from core import rates
from core.refusals import Refusal
from core.sockets.close_codes import CROWDED, DISPLACED, TOO_FAST
from core.token_bucket import TokenBucket

log = structlog.get_logger(__name__)

RESERVED_FILES = 256  # of the process: for HTTP, the database, Redis and log files
OPENING_SECONDS = 30  # for an address to open as many sockets as it may hold
FORGET_AT = 1000  # addresses; above this, those without sockets are dropped


@dataclass(frozen=True)
class Kind:
    name: str
    most_of_person: int
    most_of_session: int

    def owners(self, key: str, session_key: str | None) -> dict[str, int]:
        """Return the owners of a socket of this kind, and how many each may hold: the person and
        the session. A stranger may have neither; then only the address is counted."""
        found = {}
        if key:
            found[f"{self.name} of {key}"] = self.most_of_person
        if session_key:
            found[f"{self.name} of session {session_key}"] = self.most_of_session
        return found


ROOM = Kind("room", most_of_person=8, most_of_session=5)
PAGE = Kind("page", most_of_person=24, most_of_session=12)  # hidden pages hold none


class Closable(Protocol):
    async def displace(self, refusal: "SocketRefused") -> None:
        """Close the socket: a newer one of the same person takes its place."""


class SocketRefused(Refusal):
    def __init__(self, close_code: int, code: str, message: str) -> None:
        super().__init__(code, message, status=429)
        self.close_code = close_code


@dataclass
class Address:
    openings: TokenBucket
    sockets: set[Closable] = field(default_factory=set)


@cache
def get_socket_limits() -> "SocketLimits":
    """Return the counts of this process."""
    return SocketLimits()


class SocketLimits:
    def __init__(self) -> None:
        self.sockets: dict[Closable, tuple[str, list[str]]] = {}  # socket -> its address and owners
        self._addresses: dict[str, Address] = {}
        self._owners: dict[str, dict[Closable, None]] = {}  # the oldest first
        self._lines = TokenBucket(burst=5, rate=0.1)  # a flood must not fill the log

    def open(self, socket: Closable, network: str) -> None:
        """Count a new socket, before anything else is done for it. Raises SocketRefused."""
        address = self._address(network)
        if not address.openings.spend(time.monotonic()):
            self._refuse(TOO_FAST, "too_fast", rates.refusal_of(address.openings).message, network)
        if len(address.sockets) >= settings.SOCKETS_PER_ADDRESS:
            self._refuse(
                CROWDED,
                "crowded",
                "Too many pages are open from your network right now. Close some of yours; "
                "we'll try again in half a minute.",
                network,
            )
        if len(self.sockets) >= most_sockets():
            self._refuse(
                CROWDED,
                "crowded",
                "Too many people are connected right now. We'll try again in half a minute.",
                network,
            )
        address.sockets.add(socket)
        self.sockets[socket] = (network, [])

    def claim(self, socket: Closable, owners: Mapping[str, int]) -> dict[Closable, SocketRefused]:
        """Count an open socket for its owners, each with a maximum. Return the sockets that must
        close to make room, and the refusal to send to each."""
        if socket not in self.sockets:  # it closed meanwhile
            return {}
        displaced: dict[Closable, SocketRefused] = {}
        for owner, most in owners.items():
            held = self._owners.setdefault(owner, {})
            held[socket] = None
            self.sockets[socket][1].append(owner)
            for oldest in list(held)[: max(0, len(held) - most)]:
                displaced[oldest] = _displaced(most)
        for each in displaced:
            self.release(each)
        return displaced

    def release(self, socket: Closable) -> None:
        """Stop counting a socket that is closed or closing; doing so again changes nothing."""
        network, owners = self.sockets.pop(socket, ("", []))
        if network in self._addresses:
            self._addresses[network].sockets.discard(socket)
        for owner in owners:
            self._owners[owner].pop(socket, None)
            if not self._owners[owner]:
                del self._owners[owner]

    def _address(self, network: str) -> Address:
        if network not in self._addresses:
            if len(self._addresses) >= FORGET_AT:
                self._forget()
            most = settings.SOCKETS_PER_ADDRESS
            openings = TokenBucket(burst=max(1, most), rate=max(1, most) / OPENING_SECONDS)
            self._addresses[network] = Address(openings)
        return self._addresses[network]

    def _forget(self) -> None:
        now = time.monotonic()
        self._addresses = {
            network: address
            for network, address in self._addresses.items()
            if address.sockets or not address.openings.is_full(now)
        }

    def _refuse(self, close_code: int, code: str, message: str, network: str) -> None:
        if self._lines.spend(time.monotonic()):
            log.warning("socket_refused", code=code, network=network, held=len(self.sockets))
        raise SocketRefused(close_code, code, message)


def most_sockets() -> int:
    """Return the limit of this process: as set, but some open files are left for requests."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    most: int = settings.SOCKETS_PER_PROCESS
    if files == resource.RLIM_INFINITY:
        return most
    return min(most, max(files - RESERVED_FILES, files // 2))


def _displaced(most: int) -> SocketRefused:
    words = (
        f"You have this open in more than {most} tabs or devices, so the oldest was disconnected."
    )
    return SocketRefused(DISPLACED, "too_many_sockets", f"{words} Close some, then try again.")
