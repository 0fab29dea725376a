"""What staff can do about a live Space: end it, if it or its host was reported."""

from notifications.inbox import notify
from safety.kinds import WARNING
from safety.models import About, Outcome, Report
from safety.moderation.actions import Decision, ModerationAction, NoLongerPossible
from spaces.actions import lifecycle
from spaces.models import Space
from spaces.models.space import SpaceQuerySet


def _live_spaces(report: Report) -> SpaceQuerySet:
    live = Space.objects.live()
    if report.about == About.SPACE:
        return live.filter(public_id=report.ref)
    return live.filter(host=report.subject)


def _end(decision: Decision) -> str:
    space = _live_spaces(decision.report).select_related("host").first()
    if space is None:
        raise NoLongerPossible
    lifecycle.end(space, by=decision.by)
    text = f"The staff ended your Space “{space.title}”: {decision.reason}"
    notify(space.host, kind=WARNING, text=text, url=space.get_absolute_url())
    return f"{space.title} ({space.public_id})"


END_SPACE = ModerationAction(
    "end_space",
    "End their live Space for everyone",
    Outcome.ENDED,
    _end,
    is_possible=lambda report: report.about != About.APPEAL and _live_spaces(report).exists(),
    reporter_text="we ended the Space.",
)
