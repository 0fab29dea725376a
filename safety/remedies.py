"""What staff can do about a report. Higher-level apps add theirs; settings.REMEDIES lists all."""

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
from notifications.inbox import WARNING, notify
from safety import suspension
from safety.models import About, Outcome, Report


class DoesNotFit(Refusal):
    """Raised by a remedy, too, if what it is about went away meanwhile."""

    def __init__(self) -> None:
        words = "This can't be done any more. Look at the report again."
        super().__init__("does_not_fit", words)


@dataclass(frozen=True)
class Decision:
    """What a member of the staff decides; `until` is asked of those who suspend."""

    report: Report
    by: User
    reason: str
    until: datetime | None = None

    @property
    def subject(self) -> User:
        return self.report.subject


@dataclass(frozen=True)
class Remedy:
    """`apply` acts in the decision's transaction and says what it did, for the log."""

    code: str
    label: str
    outcome: Outcome
    apply: Callable[[Decision], str]
    fits: Callable[[Report], bool] = lambda report: report.about != About.APPEAL
    told: str = ""  # to the reporter, behind "Your report about @ana: "


@cache
def remedies() -> dict[str, Remedy]:
    found = [import_string(path) for path in settings.REMEDIES]
    return {remedy.code: remedy for remedy in found}


def fitting(report: Report) -> list[Remedy]:
    return [remedy for remedy in remedies().values() if remedy.fits(report)]


def _dismiss(decision: Decision) -> str:
    if not decision.report.is_open:
        raise Refusal("decided", "Someone has already decided on this.")
    return ""


def _warn(decision: Decision) -> str:
    words = f"A warning from the staff: {decision.reason}"
    notify(decision.subject, kind=WARNING, text=words)
    return words


def _clear_profile(decision: Decision) -> str:
    person = decision.subject
    was = f"{person.name} · {person.bio}"
    avatars.take_off(person)
    User.objects.filter(pk=person.pk).update(name=person.handle, bio="")
    words = f"The staff cleared your picture, name and bio: {decision.reason}"
    notify(person, kind=WARNING, text=words)
    return was


def _suspend(decision: Decision) -> str:
    made = suspension.suspend(
        decision.subject, until=decision.until, reason=decision.reason, by=decision.by
    )
    return f"until {made.until:%Y-%m-%d %H:%M} UTC" if made.until else "for good"


def _lift(decision: Decision) -> str:
    if not suspension.lift(decision.subject):
        raise Refusal("not_suspended", "This person is not suspended any more.")
    return ""


def _is_suspended(report: Report) -> bool:
    return suspension.holds(report.subject)


DISMISS = Remedy(
    "dismiss",
    "Dismiss: change nothing",
    Outcome.DISMISSED,
    _dismiss,
    fits=lambda report: report.is_open,
    told="it does not break our rules, so nothing was changed.",
)
WARN = Remedy("warn", "Warn the person", Outcome.WARNED, _warn, told="we warned them.")
CLEAR_PROFILE = Remedy(
    "clear_profile",
    "Clear their picture, name and bio",
    Outcome.REMOVED,
    _clear_profile,
    fits=lambda report: report.about == About.PERSON,
    told="we took it off their profile.",
)
SUSPEND = Remedy(
    "suspend",
    "Suspend the person",
    Outcome.SUSPENDED,
    _suspend,
    fits=lambda report: not is_staff_account(report.subject),
    told="we suspended their account.",
)
LIFT = Remedy("lift", "Lift the suspension", Outcome.LIFTED, _lift, fits=_is_suspended)
