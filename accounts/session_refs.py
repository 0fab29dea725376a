"""References to browser sessions, for sockets and peer connections.

A connection must end when the session in which it was opened ends, for whatever reason. Django
checks a session only when a request arrives. An open connection sends no requests, so it is checked
with this module.
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

CACHE_SIZE = 8192  # entries in each of the two caches of a process


class HasKey(Protocol):
    """A Django session, or an object like it."""

    @property
    def session_key(self) -> str | None: ...


@dataclass(frozen=True)
class SessionRef:
    """A session's key and account. The key gives access to the account, so it must not appear in
    logs or messages: see `seal`."""

    key: str = field(default="", repr=False)
    user_id: int | None = None  # the account that is signed in; None if nobody is
    auth_hash: str = field(default="", repr=False)  # changes with the account's password

    @classmethod
    def of(cls, session: HasKey, user: object) -> "SessionRef":
        key = session.session_key or ""
        if isinstance(user, User):
            return cls(key, user.pk, user.get_session_auth_hash())
        return cls(key)

    def seal(self) -> str:
        """Encrypt the reference, so that it can be sent to another process through Redis.

        Decrypting needs the SECRET_KEY. The same reference always gives the same text (AES-SIV,
        RFC 5297).
        """
        text = f"{self.key} {self.user_id or ''} {self.auth_hash}"
        return urlsafe_b64encode(_cipher().encrypt(text.encode(), None)).decode()


def unseal(sealed: str) -> SessionRef:
    """Decrypt a reference; return an empty, invalid reference if it was not sealed with our key."""
    try:
        text = _cipher().decrypt(urlsafe_b64decode(sealed), None).decode()
    except (ValueError, InvalidTag):
        return SessionRef()
    key, user_id, auth_hash = text.split(" ")
    return SessionRef(key, int(user_id) if user_id else None, auth_hash)


def ended(refs: Iterable[SessionRef]) -> set[SessionRef]:
    """Return the references that are no longer valid: the session was deleted or has expired, the
    account was deleted or closed, or its password changed. This makes two queries in total."""
    given = set(refs)
    if not given:
        return set()
    existing = Session.objects.filter(pk__in={ref.key for ref in given})
    valid = set(existing.filter(expire_date__gt=timezone.now()).values_list("pk", flat=True))
    accounts = User.objects.active().filter(pk__in={ref.user_id for ref in given if ref.user_id})
    hashes = {pk: _auth_hash(password) for pk, password in accounts.values_list("pk", "password")}
    return {
        ref
        for ref in given
        if ref.key not in valid or (ref.user_id and hashes.get(ref.user_id) != ref.auth_hash)
    }


def ended_among(sealed: Iterable[str]) -> set[str]:
    """Like `ended`, for sealed references."""
    refs = {each: _unseal_cached(each) for each in set(sealed)}
    invalid = ended(refs.values())
    return {each for each, ref in refs.items() if ref in invalid}


_unseal_cached = lru_cache(CACHE_SIZE)(unseal)


@lru_cache(CACHE_SIZE)
def _auth_hash(password: str) -> str:
    return User(password=password).get_session_auth_hash()


@cache
def _cipher() -> AESSIV:
    return AESSIV(salted_hmac("accounts.session_refs", "", algorithm="sha512").digest())
