from core.refusals import Refusal


class Gone(Refusal):
    def __init__(self) -> None:
        super().__init__("no_post", "This post no longer exists.", status=404)
