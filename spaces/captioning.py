"""Whose voice the audio node recognizes, and who receives the words: a higher-level app knows both.

If there is none (`settings.CAPTIONED_VOICES` and `settings.CAPTION_RECEIVER` are empty), no voice
is recognized.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from audio.events import CaptionLine, CaptionsState

# (primary keys of live Spaces) -> by Space, the keys of the people whose voice is recognized
CaptionedVoices = Callable[[Collection[int]], Mapping[int, set[str]]]
CaptionReceiver = Callable[[CaptionLine | CaptionsState], Awaitable[None]]


def captioned_voices(spaces: Collection[int]) -> Mapping[int, set[str]]:
    if not settings.CAPTIONED_VOICES:
        return {}
    return cast(CaptionedVoices, import_string(settings.CAPTIONED_VOICES))(spaces)


async def receive(caption: CaptionLine | CaptionsState) -> None:
    if settings.CAPTION_RECEIVER:
        await cast(CaptionReceiver, import_string(settings.CAPTION_RECEIVER))(caption)
