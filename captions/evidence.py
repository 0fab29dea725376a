"""The evidence for a report about a line: its text, its earlier texts, and the lines around it."""

from accounts.models import User
from captions.models import Change, Line
from captions.sources import CAPTIONER
from captions.transcript import clock, lines_for, since_start
from safety import evidence
from safety.evidence import Evidence
from safety.models import About
from safety.reporting import Reportable
from spaces.models import Space
from spaces.room import read_access
from spaces.viewer import Viewer

LINES_BEFORE = 10
LINES_AFTER = 5


def find(user: User, ref: str) -> Reportable | None:
    """Return the line with the id `ref` if this person may read it (settings.REPORTABLE)."""
    if not (ref.isascii() and ref.isdecimal() and len(ref) < 18):
        return None
    space = Space.objects.not_cancelled().filter(lines=int(ref)).select_related("host").first()
    if space is None or read_access.access_of(space, Viewer(user)).refused:
        return None
    line = lines_for(space, user).filter(pk=int(ref)).first()
    if line is None:
        return None
    return Reportable(
        about=About.LINE,
        ref=str(line.pk),
        subject=line.speaker,
        title=f"what @{line.speaker.handle} said at {clock(since_start(space, line.started_at))}",
        back=space.get_absolute_url(),
        evidence=evidence_of(space, line),
    )


def evidence_of(space: Space, line: Line) -> Evidence:
    facts = {
        "Space": f"{space.title} ({space.public_id})",
        "Host": f"@{space.host.handle}",
        "Said by": f"@{line.speaker.handle}",
        "Said at": f"{line.started_at:%Y-%m-%d %H:%M:%S} UTC",
        "Text": line.text,
        "Recognized or written by": _origin(line),
        "Language": line.language,
    }
    changes = Change.objects.filter(space=space, line_id=line.pk).select_related("by")
    return {
        "facts": {name: text for name, text in facts.items() if text},
        "sections": {
            "Before and after": [_evidence_line(each) for each in _around(space, line)],
            "Earlier texts": [
                {
                    "at": f"{change.at:%H:%M:%S}",
                    "who": f"@{change.by.handle}",
                    "text": f"{change.get_kind_display()}: {change.old_text}",
                }
                for change in changes.order_by("id")
            ],
        },
    }


def _around(space: Space, line: Line) -> list[Line]:
    """Return the line, and some before and after it, of all speakers."""
    lines = space.lines.select_related("speaker")
    until = lines.filter(pk__lte=line.pk).order_by("-id")[: LINES_BEFORE + 1]
    after = lines.filter(pk__gt=line.pk).order_by("id")[:LINES_AFTER]
    return [*reversed(until), *after]


def _evidence_line(line: Line) -> evidence.Line:
    return {
        "at": f"{line.started_at:%H:%M:%S}",
        "who": f"@{line.speaker.handle}",
        "text": line.text,
    }


def _origin(line: Line) -> str:
    """Return the captioner or the recognizer of the words, because both make mistakes."""
    if line.source == CAPTIONER.name:
        return f"@{line.captioner.handle}" if line.captioner else "a captioner"
    return line.source
