"""Who opens a peer connection, as far as an engine needs to know."""

from dataclasses import dataclass

from core import person_keys


@dataclass(frozen=True)
class Caller:
    """`person` is a key of docs/protocol.md; behind a guest's may stand, after a space, the account
    that they signed out of: what shuts out the one shuts out the other.

    `session` is the browser session that the peer belongs to and ends with, sealed
    (`accounts.session_refs`): an engine compares it, the plan's reader alone can open it.

    `address` stands for where they come from, to count by (`core.addresses.token`); nobody
    counts those of whom it is not known ("").
    """

    person: str
    session: str
    address: str = ""

    @property
    def keys(self) -> frozenset[str]:
        """All by which this person may be shut out."""
        return frozenset(self.person.split())

    @property
    def is_guest(self) -> bool:
        return person_keys.is_guest(self.person)
