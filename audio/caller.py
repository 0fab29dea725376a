"""The person who opens a peer connection: the fields that an engine needs."""

from dataclasses import dataclass

from core import person_keys


@dataclass(frozen=True)
class Caller:
    """`person` is a person key (docs/protocol.md). If a guest has signed out of an account, the
    account's key follows after a space, so that a removal of the account also excludes the guest.

    `session` is an encrypted reference to the browser session that owns the peer
    (`accounts.session_refs`). The peer is closed when that session ends. An engine only compares
    references; the application can decrypt them.

    `address` is a token for the client's network address (`core.addresses.token`), used for
    counting only. Callers with an unknown address ("") are not counted by address.
    """

    person: str
    session: str
    address: str = ""

    @property
    def keys(self) -> frozenset[str]:
        """Return every person key under which this caller may have been removed."""
        return frozenset(self.person.split())

    @property
    def is_guest(self) -> bool:
        return person_keys.is_guest(self.person)
