"""Who looks at a Space: a signed-in user, or a guest known only by a token of the session."""

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True)
class Viewer:
    user: User | None = None
    guest: str = ""

    @classmethod
    def of(cls, user: object) -> "Viewer":
        """From `request.user` or `scope["user"]`; signed out is a viewer without a key."""
        return cls(user=user) if isinstance(user, User) else cls()

    @property
    def key(self) -> str:
        """The person's key in the room: "u12", "g<token>", or "" for a signed-out stranger."""
        if self.user is not None:
            return self.user.key
        return f"g{self.guest}" if self.guest else ""
