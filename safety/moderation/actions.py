"""What staff can do about a report: the actions among which they choose.

settings.MODERATION_ACTIONS lists all actions, including those of higher-level apps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from accounts import avatars
from accounts.models import User
from accounts.staff_accounts import is_staff_account
from core.refusals import Refusal
from notifications.inbox import notify
from safety import suspension
from safety.kinds import WARNING
from safety.models import About, Outcome, Report


class NoLongerPossible(Refusal):
    """The action is no longer offered, or the thing that it would change has been deleted."""

    def __init__(self) -> None:
        super().__init__("no_longer_possible", "This is no longer possible. Reload the report.")


@dataclass(frozen=True)
class Decision:
    """A decision by the staff. `until` is the end of a suspension, or None if it is permanent."""

    report: Report
    by: User
    reason: str
    until: datetime | None = None

    @property
    def subject(self) -> User:
        return self.report.subject


@dataclass(frozen=True)
class ModerationAction:
    """An action. `apply` runs in the decision's transaction and returns text for the staff log."""

    code: str
    label: str
    outcome: Outcome
    apply: Callable[[Decision], str]
    is_possible: Callable[[Report], bool] = lambda report: report.about != About.APPEAL
    reporter_text: str = ""  # shown to the reporter after "Your report about @ana: "


@cache
def moderation_actions() -> dict[str, ModerationAction]:
    found = [import_string(path) for path in settings.MODERATION_ACTIONS]
    return {action.code: action for action in found}


def possible_for(report: Report) -> list[ModerationAction]:
    return [action for action in moderation_actions().values() if action.is_possible(report)]


def _dismiss(decision: Decision) -> str:
    if not decision.report.is_open:
        raise Refusal("decided", "Someone has already decided on this.")
    return ""


def _warn(decision: Decision) -> str:
    text = f"A warning from the staff: {decision.reason}"
    notify(decision.subject, kind=WARNING, text=text)
    return text


def _clear_profile(decision: Decision) -> str:
    person = decision.subject
    previous = f"{person.name} · {person.bio}"
    avatars.remove_picture(person)
    User.objects.filter(pk=person.pk).update(name=person.handle, bio="")
    text = f"The staff cleared your picture, name and bio: {decision.reason}"
    notify(person, kind=WARNING, text=text)
    return previous


def _suspend(decision: Decision) -> str:
    created = suspension.suspend(
        decision.subject, until=decision.until, reason=decision.reason, by=decision.by
    )
    return f"until {created.until:%Y-%m-%d %H:%M} UTC" if created.until else "permanently"


def _lift(decision: Decision) -> str:
    if not suspension.lift(decision.subject):
        raise Refusal("not_suspended", "This person is no longer suspended.")
    return ""


def _is_suspended(report: Report) -> bool:
    return suspension.is_suspended(report.subject)


DISMISS = ModerationAction(
    "dismiss",
    "Dismiss: change nothing",
    Outcome.DISMISSED,
    _dismiss,
    is_possible=lambda report: report.is_open,
    reporter_text="it does not break our rules, so we changed nothing.",
)
WARN = ModerationAction(
    "warn", "Warn the person", Outcome.WARNED, _warn, reporter_text="we warned them."
)
CLEAR_PROFILE = ModerationAction(
    "clear_profile",
    "Clear their picture, name and bio",
    Outcome.REMOVED,
    _clear_profile,
    is_possible=lambda report: report.about == About.PERSON,
    reporter_text="we cleared their picture, name and bio.",
)
SUSPEND = ModerationAction(
    "suspend",
    "Suspend the person",
    Outcome.SUSPENDED,
    _suspend,
    is_possible=lambda report: not is_staff_account(report.subject),
    reporter_text="we suspended their account.",
)
LIFT = ModerationAction(
    "lift",
    "Lift the suspension",
    Outcome.LIFTED,
    _lift,
    is_possible=_is_suspended,
    reporter_text="we lifted their suspension.",
)
