"""The viewer of a Space: a signed-in user, a guest with a token in the session, or a stranger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from accounts.sessions import PREVIOUS_USER
from core import person_keys

SESSION_KEY = "guest"  # where a browser's session keeps the token


@dataclass(frozen=True)
class Viewer:
    user: User | None = None
    guest: str = ""
    formerly: int | None = None  # a guest's: the account that this browser last signed out of

    @classmethod
    def of(cls, user: object, session: Mapping[str, Any]) -> "Viewer":
        """Return the viewer of a request or socket; a stranger has neither user nor guest token."""
        if isinstance(user, User):
            return cls(user=user)
        return cls(guest=str(session.get(SESSION_KEY, "")), formerly=session.get(PREVIOUS_USER))

    @property
    def account_id(self) -> int | None:
        """The account, also of a person who signed out: blocks and suspensions still apply."""
        return self.user.pk if self.user is not None else self.formerly

    @property
    def key(self) -> str:
        """The person's key in the room: "u12", "g<token>", or "" for a signed-out stranger."""
        if self.user is not None:
            return self.user.key
        return person_keys.of_guest(self.guest) if self.guest else ""

    @property
    def keys(self) -> frozenset[str]:
        """All keys by which they may be kept out, with the account that a guest signed out of."""
        account = self.account_id
        return frozenset({self.key} if account is None else {self.key, User(pk=account).key})

    @property
    def caller(self) -> str:
        """What the audio counts as one person: see `audio.caller`."""
        return " ".join([self.key, *sorted(self.keys - {self.key})])
