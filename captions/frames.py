"""The frame with which a speaker's page sends what their browser recognized (docs/protocol.md)."""

import re
import time
from datetime import datetime
from typing import Any, ClassVar

from captions import word_list
from captions.actions import lines
from captions.actions.voices import require_captioned
from captions.events import InterimCaption
from captions.models import LINE_LENGTH
from captions.sources import BROWSER
from core import database, rates, shared_clock
from core.refusals import Refusal
from core.times import stamp
from core.token_bucket import TokenBucket
from spaces import admission
from spaces.models import Space
from spaces.refusals import NotLive
from spaces.room.frame_handlers import Fields
from spaces.room.publish import announce
from spaces.viewer import Viewer

FINAL_RATE = "20/10 seconds"
LANGUAGE = re.compile(r"[A-Za-z0-9-]{0,20}", re.ASCII)  # BCP 47, or empty


class CaptionFrames:
    """Handles the frames `caption` of one socket. They can only caption the socket's own person."""

    fields: ClassVar[Fields] = {
        "utterance": lambda value: type(value) is int and 0 <= value < 2**31,
        "text": lambda value: isinstance(value, str) and len(value) <= LINE_LENGTH,
        "final": lambda value: isinstance(value, bool),
        "language": lambda value: isinstance(value, str) and bool(LANGUAGE.fullmatch(value)),
    }

    def __init__(self, space: Space, viewer: Viewer) -> None:
        self.space = space
        self.viewer = viewer
        self._interims_left = TokenBucket(burst=4, rate=4)
        self._utterance = -1
        self._started_at: datetime | None = None

    async def handle(self, frame: dict[str, Any]) -> None:
        """Show or store what the person said. Raises a Refusal. Interim texts above the rate are
        dropped, because the next one replaces them."""
        if not (frame["final"] or self._interims_left.spend(time.monotonic())):
            return
        interim = await database.run(self._caption, frame)
        if interim is not None:
            await announce(self.space.public_id, interim)

    def _caption(self, frame: dict[str, Any]) -> InterimCaption | None:
        """Store a final line and return None, or return the interim caption to announce."""
        user = self.viewer.user
        if user is None:
            raise Refusal("not_allowed", "Sign in to speak.", status=403)
        if frame["final"]:
            rates.spend(FINAL_RATE, "caption", user.key)
        self.space.refresh_from_db()
        if not self.space.is_live:
            raise NotLive(self.space.state)
        admission.require(self.space, self.viewer)
        now = shared_clock.now()
        if frame["utterance"] != self._utterance or self._started_at is None:
            self._utterance, self._started_at = frame["utterance"], now
        text = lines.cleaned(frame["text"])
        text = word_list.corrected(self.space, text, language=frame["language"])[:LINE_LENGTH]
        if not (frame["final"] and text):
            require_captioned(self.space, user, source=BROWSER.name)
            return InterimCaption(who=user.key, start=stamp(self._started_at), text=text)
        lines.add(
            self.space,
            speaker=user,
            text=text,
            source=BROWSER,
            started_at=self._started_at,
            ended_at=now,
            language=frame["language"],
        )
        return None
