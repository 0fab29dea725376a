from core.refusals import Refusal


class NotLive(Refusal):
    def __init__(self) -> None:
        super().__init__("not_live", "This Space has ended.")
