"""What staff can do about a line."""

from captions.actions import changing
from captions.models import Line
from notifications.inbox import notify
from safety.kinds import WARNING
from safety.models import About, Outcome, Report
from safety.moderation.actions import Decision, ModerationAction, NoLongerPossible


def _remove(decision: Decision) -> str:
    line = Line.objects.filter(pk=decision.report.ref).select_related("space").first()
    if line is None:
        raise NoLongerPossible
    changing.remove(line, by=decision.by)
    text = f"The staff removed something that you said from a transcript: {decision.reason}"
    notify(decision.subject, kind=WARNING, text=text)
    return line.text


def _line_exists(report: Report) -> bool:
    return report.about == About.LINE and Line.objects.filter(pk=report.ref).exists()


REMOVE_LINE = ModerationAction(
    "remove_line",
    "Remove the line from the transcript",
    Outcome.REMOVED,
    _remove,
    is_possible=_line_exists,
    reporter_text="we removed it from the transcript.",
)
