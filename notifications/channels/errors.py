"""The errors that a channel raises if it did not send a notification. Any other exception is a bug,
and makes the delivery uncertain."""


class ChannelError(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason  # for staff, without addresses or names


class Retry(ChannelError):
    """The provider did not accept the notification now, but may accept it later.

    `after` is the number of seconds that the provider asked us to wait. `pause` means that other
    deliveries would fail, too (e.g. the provider can't be reached), so they wait as well.
    """

    def __init__(self, reason: str, *, after: float | None = None, pause: bool = False) -> None:
        super().__init__(reason)
        self.after, self.pause = after, pause


class Permanent(ChannelError):
    """The provider will never accept the notification. If the recipient's address no longer exists,
    the channel has already stopped using it."""


class Uncertain(ChannelError):
    """The provider may have accepted the notification: e.g. the connection was lost before the
    response."""
