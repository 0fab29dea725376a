"""Refusals that several modules use."""

from core.refusals import Refusal


class NotCaptioned(Refusal):
    """The person did not agree that their voice is captioned, or is not on the stage."""

    status = 403

    def __init__(self) -> None:
        super().__init__("not_captioned", "This person’s voice is not captioned.")
