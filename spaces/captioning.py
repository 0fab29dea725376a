"""Whose voice the audio node recognizes, and who receives the words: a higher-level app knows both.

If there is none (`settings.CAPTIONED_VOICES` and `settings.CAPTION_RECEIVER` are empty), no voice
is recognized.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from audio.events import CaptionLine, CaptionsState


@dataclass(frozen=True)
class Voices:
    """The keys of the people in a Space whose voice is recognized, and the language that they speak
    (ISO 639; "" if it is to be detected)."""

    people: frozenset[str] = frozenset()
    language: str = ""


# (primary keys of live Spaces) -> by Space, the voices that are recognized
CaptionedVoices = Callable[[Collection[int]], Mapping[int, Voices]]
CaptionReceiver = Callable[[CaptionLine | CaptionsState], Awaitable[None]]


def captioned_voices(spaces: Collection[int]) -> Mapping[int, Voices]:
    if not settings.CAPTIONED_VOICES:
        return {}
    return cast(CaptionedVoices, import_string(settings.CAPTIONED_VOICES))(spaces)


async def receive(caption: CaptionLine | CaptionsState) -> None:
    if settings.CAPTION_RECEIVER:
        await cast(CaptionReceiver, import_string(settings.CAPTION_RECEIVER))(caption)
