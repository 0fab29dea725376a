"""Adding what a person said to the captions of a Space."""

from datetime import datetime

from accounts.models import User
from captions.actions.voices import require_captioned
from captions.events import CaptionAdded
from captions.line_json import line_json
from captions.models import LINE_LENGTH, Line
from captions.sources import CAPTIONER, Source, Where
from core.refusals import Refusal
from core.text.written_text import as_one_line
from spaces.actions.locks import lock_space
from spaces.models import Space
from spaces.room.publish import publish


def add(
    space: Space,
    *,
    speaker: User,
    text: str,
    source: Source,
    started_at: datetime,
    ended_at: datetime,
    language: str = "",
    captioner: User | None = None,
) -> Line:
    """Add a final line.

    Raises NotCaptioned if the speaker didn't agree to this source (or, for a captioner, to any
    source). Unless the source is a recognizer on the server, it is also raised if the speaker is
    not on the stage. Raises Refusal for a text that is empty or too long.
    """
    text = cleaned(text)
    if not text:
        raise Refusal("empty", "Write something first.", status=400)
    with lock_space(space):
        agreed_to = "" if source is CAPTIONER else source.name
        # The recognizer returns a person's last words after they have left the stage.
        on_stage = source.where is not Where.SERVER
        require_captioned(space, speaker, source=agreed_to, on_stage=on_stage)
        line = Line.objects.create(
            space=space,
            speaker=speaker,
            text=text,
            source=source.name,
            started_at=started_at,
            ended_at=max(started_at, ended_at),
            language=language,
            captioner=captioner,
        )
        publish(space, CaptionAdded(**line_json(line)), actor=captioner or speaker)
    return line


def cleaned(text: str) -> str:
    """Return the text as one line without control characters. Raises Refusal if it is too long."""
    # The limit comes first, so that cleaning a huge text takes no time.
    if len(text) > LINE_LENGTH:
        message = f"A caption has at most {LINE_LENGTH} characters."
        raise Refusal("too_long", message, status=400)
    return as_one_line(text)
