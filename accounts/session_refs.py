"""The browser session that a socket or a peer connection was opened in, and whether it still holds.

What outlives a request has to end with the session that it was opened in, however that one ends.
Django finds out at the next request; this finds out for those who make none.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User

REMEMBERED = 8192  # sealed references, and passwords' hashes, that a process computes only once


class HasKey(Protocol):
    """A session as Django keeps it."""

    @property
    def session_key(self) -> str | None: ...


@dataclass(frozen=True)
class SessionRef:
    """Whoever knows the key is signed in: it stays out of logs and messages, see `seal`."""

    key: str = field(default="", repr=False)
    user_id: int | None = None  # the account that is signed in; None for a guest
    auth_hash: str = field(default="", repr=False)  # changes with the account's password

    @classmethod
    def of(cls, session: HasKey, user: object) -> "SessionRef":
        key = session.session_key or ""
        if isinstance(user, User):
            return cls(key, user.pk, user.get_session_auth_hash())
        return cls(key)

    def seal(self) -> str:
        """For another process, by way of Redis: only who has the SECRET_KEY can open it. The same
        reference looks the same each time (AES-SIV, RFC 5297)."""
        text = f"{self.key} {self.user_id or ''} {self.auth_hash}"
        return urlsafe_b64encode(_cipher().encrypt(text.encode(), None)).decode()


def unseal(sealed: str) -> SessionRef:
    """What was not sealed with our SECRET_KEY is a session that never was."""
    try:
        text = _cipher().decrypt(urlsafe_b64decode(sealed), None).decode()
    except (ValueError, InvalidTag):
        return SessionRef()
    key, user_id, auth_hash = text.split(" ")
    return SessionRef(key, int(user_id) if user_id else None, auth_hash)


def ended(refs: Iterable[SessionRef]) -> set[SessionRef]:
    """Those of them that hold no more: the session is gone or has expired, the account is gone or
    closed, or its password is another one. Two queries, however many are asked about."""
    asked = set(refs)
    if not asked:
        return set()
    there = Session.objects.filter(pk__in={ref.key for ref in asked})
    valid = set(there.filter(expire_date__gt=timezone.now()).values_list("pk", flat=True))
    accounts = User.objects.active().filter(pk__in={ref.user_id for ref in asked if ref.user_id})
    hashes = {pk: _auth_hash(password) for pk, password in accounts.values_list("pk", "password")}
    return {
        ref
        for ref in asked
        if ref.key not in valid or (ref.user_id and hashes.get(ref.user_id) != ref.auth_hash)
    }


def ended_among(sealed: Iterable[str]) -> set[str]:
    """As `ended`, of sealed references."""
    refs = {each: _unseal_once(each) for each in set(sealed)}
    over = ended(refs.values())
    return {each for each, ref in refs.items() if ref in over}


_unseal_once = lru_cache(REMEMBERED)(unseal)


@lru_cache(REMEMBERED)
def _auth_hash(password: str) -> str:
    return User(password=password).get_session_auth_hash()


@cache
def _cipher() -> AESSIV:
    return AESSIV(salted_hmac("accounts.session_refs", "", algorithm="sha512").digest())
