"""Where captions come from: the registry of sources, and the one that recognizes speech here.

`settings.CAPTIONS_ENGINE` names the source that runs on the machine of the audio node, or is empty.
The others need nothing on the server: a speaker's browser, and people who write.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings


class Where(StrEnum):
    """Where speech is recognized, or captions are written. Everyone in the room sees this."""

    SERVER = "server"
    DEVICE = "device"  # on the speaker's own device; the sound is not sent anywhere
    CAPTIONER = "captioner"


@dataclass(frozen=True)
class Source:
    name: str  # also stored in lines and choices, so it never changes
    where: Where
    languages: str  # in words, for operators
    cost: str  # in words, for operators; per person who is talking
    language: str = ""  # of its words (ISO 639), if it knows only one

    def knows(self, language: str) -> bool:
        """Return whether this source can be used for this language (ISO 639; "" if nobody chose
        one)."""
        if self.where is Where.SERVER and settings.CAPTIONS_LANGUAGES:
            return not language or language in settings.CAPTIONS_LANGUAGES
        return not (language and self.language) or language == self.language


MOONSHINE = Source(
    name="moonshine",
    where=Where.SERVER,
    languages="English",
    cost="about a third of a core; 300 MB for each recognizer process",
    language="en",
)
FASTER_WHISPER = Source(
    name="faster-whisper",
    where=Where.SERVER,
    languages="those of the model that the operator names: English, or about 100",
    cost="half of a core (tiny) or more; 300 MB (tiny) or more for each recognizer process",
)
BROWSER = Source(
    name="browser",
    where=Where.DEVICE,
    languages="those for which the speaker's browser has a language pack",
    cost="nothing on the server",
)
CAPTIONER = Source(
    name="captioner",
    where=Where.CAPTIONER,
    languages="every language",
    cost="nothing on the server",
)
SOURCES = {source.name: source for source in (MOONSHINE, FASTER_WHISPER, BROWSER, CAPTIONER)}
ENGINES = {name: source for name, source in SOURCES.items() if source.where is Where.SERVER}


def engine() -> Source | None:
    """Return the source that recognizes speech on the machine of the audio node, if the site has
    one."""
    return ENGINES.get(settings.CAPTIONS_ENGINE)


def source_for(*, has_recognition: bool, language: str) -> Source | None:
    """Return the source for a voice in this language (ISO 639; "" if nobody chose one).
    `has_recognition`: the speaker's browser recognizes speech on their device. None: only
    captioners can caption this voice."""
    here = engine()
    if here is not None and here.knows(language):
        return here
    return BROWSER if has_recognition else None


def where_of(name: str) -> str:
    """Return where this source recognizes or writes words; "" if no source has this name."""
    found = SOURCES.get(name)
    return found.where if found else ""
