"""What staff can do about a scheduled Space: cancel it."""

from safety.models import About, Outcome, Report
from safety.moderation.actions import Decision, ModerationAction, NoLongerPossible
from scheduling.actions import cancelling
from scheduling.models.schedule import REASON_LENGTH
from spaces.models import Space
from spaces.models.space import SpaceQuerySet


def _scheduled_space(report: Report) -> SpaceQuerySet:
    if report.about != About.SPACE:
        return Space.objects.none()
    return Space.objects.scheduled().filter(public_id=report.ref, schedule__isnull=False)


def _cancel(decision: Decision) -> str:
    space = _scheduled_space(decision.report).select_related("host").first()
    if space is None:
        raise NoLongerPossible
    cancelling.cancel_by_staff(space, reason=decision.reason[:REASON_LENGTH])
    return f"{space.title} ({space.public_id})"


CANCEL_SPACE = ModerationAction(
    "cancel_space",
    "Cancel this scheduled Space",
    Outcome.ENDED,
    _cancel,
    is_possible=lambda report: _scheduled_space(report).exists(),
    reporter_text="we cancelled the Space.",
)
