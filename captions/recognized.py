"""Choose whose voices the audio node recognizes (settings.CAPTIONED_VOICES), and store the words
that it recognizes (settings.CAPTION_RECEIVER)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

import structlog

from accounts.models import User
from audio.events import CaptionLine, CaptionsState
from captions import recognizer_state, sources, word_list
from captions.actions import lines
from captions.actions.voices import require_captioned
from captions.events import InterimCaption
from captions.models import LINE_LENGTH, Adjustment, Voice
from captions.sources import Source
from core import database, person_keys
from core.refusals import Refusal
from core.times import stamp
from spaces.captioning import Voices
from spaces.finding import find
from spaces.models import Space
from spaces.room.publish import announce

log = structlog.get_logger(__name__)


def captioned_voices(space_ids: Collection[int]) -> Mapping[int, Voices]:
    """Return by Space the people who let their voice be recognized here, and the language."""
    engine = sources.engine()
    if engine is None:
        return {}
    people: dict[int, set[str]] = defaultdict(set)
    voices = Voice.objects.captioned().filter(space__in=space_ids, source=engine.name)
    for space, user in voices.values_list("space", "user"):
        people[space].add(person_keys.of_account(user))
    adjustments = Adjustment.objects.filter(space__in=people.keys())
    languages = dict(adjustments.values_list("space", "language"))
    return {
        space: Voices(frozenset(keys), languages.get(space, "")) for space, keys in people.items()
    }


async def receive(caption: CaptionLine | CaptionsState) -> None:
    """Announce an interim text or the state of the recognizer, or store a final line.

    Words that may not be captioned any more are dropped without an error, because the audio node
    would try again after an error. Raises the errors of the database and of the channel layer.
    """
    if isinstance(caption, CaptionsState):
        await recognizer_state.publish(caption.room, caption.state)
        return
    try:
        interim = await database.run(_caption, caption)
    except database.Unavailable:
        raise
    except Refusal as refusal:
        log.info("caption_dropped", space=caption.room, code=refusal.code)
        return
    if interim is not None:
        await announce(caption.room, interim)


def _caption(caption: CaptionLine) -> InterimCaption | None:
    """Store a final line and return None, or return the interim caption to announce."""
    engine = sources.engine()
    space = find(caption.room)
    speaker = User.objects.filter(pk__in=person_keys.accounts_in([caption.person])).first()
    if engine is None or space is None or speaker is None:
        return None
    started_at, ended_at = _moment(caption.started), _moment(caption.ended)
    language = engine.language or caption.language
    said = word_list.corrected(space, caption.text, language=language)
    if caption.final and said.strip():
        _store(space, speaker, engine, said, language, started_at, ended_at)
        return None
    require_captioned(space, speaker, source=engine.name, on_stage=False)
    text = "" if caption.final else lines.cleaned(said[:LINE_LENGTH])
    return InterimCaption(who=speaker.key, start=stamp(started_at), text=text)


def _store(
    space: Space,
    speaker: User,
    engine: Source,
    text: str,
    language: str,
    started_at: datetime,
    ended_at: datetime,
) -> None:
    for part in in_parts(text):
        lines.add(
            space,
            speaker=speaker,
            text=part,
            source=engine,
            started_at=started_at,
            ended_at=ended_at,
            language=language,
        )


def in_parts(text: str) -> Iterator[str]:
    """Split a text between words into parts that fit in a line."""
    words = text.split()
    part = ""
    for word in words:
        for piece in (word[i : i + LINE_LENGTH] for i in range(0, len(word), LINE_LENGTH)):
            if part and len(part) + 1 + len(piece) > LINE_LENGTH:
                yield part
                part = ""
            part = f"{part} {piece}" if part else piece
    if part:
        yield part


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
