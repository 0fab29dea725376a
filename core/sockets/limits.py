"""Limit how many sockets a person, a browser session, a network and this process may have.

Each web process counts only its own sockets: the limits protect its open files and its memory, they
must work while Redis is down, and a crashed process must leave no counts behind. With several web
processes, a network may therefore reach the limit in each of them
(docs/decisions/0013-sockets-are-counted-by-process.md).

If a person or a browser session has too many sockets, the oldest is closed; it most likely belongs
to a forgotten tab. If a network or this process has too many, the new socket is refused, so that
people who don't know each other can't close each other's sockets.
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

RESERVED_FILES = 256  # open files of the process for HTTP, the database, Redis and logs
OPENING_SECONDS = 30  # a network may open its maximum number of sockets once in this time
FORGET_AT = 1000  # when this many networks are known, forget those without open or recent sockets


@dataclass(frozen=True)
class Kind:
    name: str
    max_per_person: int
    max_per_session: int

    def owners(self, key: str, session_key: str | None) -> dict[str, int]:
        """Return the owners of a socket of this kind, the person and the session, with the maximum
        of each. A stranger may have neither; then only the network limits the socket."""
        found = {}
        if key:
            found[f"{self.name} of {key}"] = self.max_per_person
        if session_key:
            found[f"{self.name} of session {session_key}"] = self.max_per_session
        return found


ROOM = Kind("room", max_per_person=8, max_per_session=5)
PAGE = Kind("page", max_per_person=24, max_per_session=12)  # hidden pages have no socket


class Closable(Protocol):
    async def displace(self, refusal: "SocketRefused") -> None:
        """Close the socket, because a newer one of the same person or session replaces it."""


class SocketRefused(Refusal):
    def __init__(self, close_code: int, code: str, message: str) -> None:
        super().__init__(code, message, status=429)
        self.close_code = close_code


@dataclass
class Network:
    openings: TokenBucket
    sockets: set[Closable] = field(default_factory=set)


@cache
def get_socket_limits() -> "SocketLimits":
    """Return the socket limits of this process."""
    return SocketLimits()


class SocketLimits:
    def __init__(self) -> None:
        self.sockets: dict[Closable, tuple[str, list[str]]] = {}  # socket -> network and owners
        self._networks: dict[str, Network] = {}
        self._owners: dict[str, dict[Closable, None]] = {}  # each with its oldest socket first
        # Log few refusals, so that a flood of sockets can't fill the disk.
        self._log_lines = TokenBucket(burst=5, rate=0.1)

    def open(self, socket: Closable, network: str) -> None:
        """Count a new socket, before it causes any other work.

        Raise SocketRefused if there are too many, or if the network opens them too fast.
        """
        entry = self._find_or_add(network)
        if not entry.openings.spend(time.monotonic()):
            self._refuse(TOO_FAST, "too_fast", rates.refusal_of(entry.openings).message, network)
        if len(entry.sockets) >= settings.SOCKETS_PER_ADDRESS:
            self._refuse(
                CROWDED,
                "crowded",
                "Too many pages are open from your network right now. Close some pages; "
                "we'll try again in half a minute.",
                network,
            )
        if len(self.sockets) >= max_sockets():
            self._refuse(
                CROWDED,
                "crowded",
                "Too many people are connected right now. We'll try again in half a minute.",
                network,
            )
        entry.sockets.add(socket)
        self.sockets[socket] = (network, [])

    def claim(self, socket: Closable, owners: Mapping[str, int]) -> dict[Closable, SocketRefused]:
        """Count an open socket for its owners, each with a maximum. Return the sockets that must be
        closed, because an owner has too many, with the refusal to send to each."""
        if socket not in self.sockets:  # the socket has been closed in the meantime
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
        """Stop counting a socket that is closed or closing. Idempotent."""
        network, owners = self.sockets.pop(socket, ("", []))
        if network in self._networks:
            self._networks[network].sockets.discard(socket)
        for owner in owners:
            self._owners[owner].pop(socket, None)
            if not self._owners[owner]:
                del self._owners[owner]

    def _find_or_add(self, network: str) -> Network:
        if network not in self._networks:
            if len(self._networks) >= FORGET_AT:
                self._forget()
            most = settings.SOCKETS_PER_ADDRESS
            openings = TokenBucket(burst=max(1, most), rate=max(1, most) / OPENING_SECONDS)
            self._networks[network] = Network(openings)
        return self._networks[network]

    def _forget(self) -> None:
        now = time.monotonic()
        self._networks = {
            network: entry
            for network, entry in self._networks.items()
            if entry.sockets or not entry.openings.is_full(now)
        }

    def _refuse(self, close_code: int, code: str, message: str, network: str) -> None:
        if self._log_lines.spend(time.monotonic()):
            log.warning("socket_refused", code=code, network=network, held=len(self.sockets))
        raise SocketRefused(close_code, code, message)


def max_sockets() -> int:
    """Return the maximum of this process: the setting, or fewer if the process may open only few
    files, since requests need some of them."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    most: int = settings.SOCKETS_PER_PROCESS
    if files == resource.RLIM_INFINITY:
        return most
    return min(most, max(files - RESERVED_FILES, files // 2))


def _displaced(most: int) -> SocketRefused:
    message = (
        f"Spaces is open in more than {most} of your tabs or devices. This one was the oldest, so "
        "we disconnected it. Close some of the others, then try again."
    )
    return SocketRefused(DISPLACED, "too_many_sockets", message)
