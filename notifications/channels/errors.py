"""What a channel raises if it did not hand a notification over. Everything else that it raises is a
bug; then the delivery counts as uncertain."""


class ChannelError(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason  # for staff, without addresses or names


class Retry(ChannelError):
    """The provider did not accept it now, but may accept it later.

    `after` is the provider's wish in seconds. With `pause`, the provider as a whole can't be
    reached, so other deliveries wait as well.
    """

    def __init__(self, reason: str, *, after: float | None = None, pause: bool = False) -> None:
        super().__init__(reason)
        self.after, self.pause = after, pause


class Permanent(ChannelError):
    """The provider will never accept it. The channel has already dropped an address that does not
    exist any more."""


class Uncertain(ChannelError):
    """The provider may have accepted it, e.g. because the connection was lost before its answer."""
