"""The viewer of a Space: a signed-in user, a guest with a token in the session, or a stranger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from accounts.sessions import PREVIOUS_USER
from core import person_keys

SESSION_KEY = "guest"  # the key of the token in a browser session


@dataclass(frozen=True)
class Viewer:
    user: User | None = None
    guest: str = ""
    formerly: int | None = None  # for a guest, the account that this browser last signed out of

    @classmethod
    def of(cls, user: object, session: Mapping[str, Any]) -> "Viewer":
        """Return the viewer of a request or socket; a stranger has neither user nor guest token."""
        if isinstance(user, User):
            return cls(user=user)
        return cls(guest=str(session.get(SESSION_KEY, "")), formerly=session.get(PREVIOUS_USER))

    @property
    def account_id(self) -> int | None:
        """The account, even if the person has signed out of it, because blocks and suspensions
        still apply."""
        return self.user.pk if self.user is not None else self.formerly

    @property
    def key(self) -> str:
        """The person key: "u12", "g<token>", or "" for a stranger."""
        if self.user is not None:
            return self.user.key
        return person_keys.of_guest(self.guest) if self.guest else ""

    @property
    def keys(self) -> frozenset[str]:
        """All keys by which this viewer may be removed: `key`, and for a guest the key of the
        account that they signed out of."""
        account = self.account_id
        if account is None:
            return frozenset({self.key})
        return frozenset({self.key, person_keys.of_account(account)})

    @property
    def caller(self) -> str:
        """The person as the audio engine identifies them: see `audio.caller`."""
        return " ".join([self.key, *sorted(self.keys - {self.key})])
