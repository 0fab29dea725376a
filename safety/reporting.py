"""Report something: find the reported thing, collect the evidence, and save the report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from accounts.models import User
from core.refusals import Refusal
from notifications.inbox import notify
from safety.evidence import Evidence, copying_pictures, merge
from safety.models import About, Outcome, Reason, Report

RATE = "10/hour"


@dataclass(frozen=True)
class Reportable:
    """A thing that can be reported, in its current state."""

    about: About
    ref: str
    subject: User
    title: str  # "@ana", "the Space “Cities”"
    back: str  # the URL path of the page to return to
    evidence: Evidence = field(default_factory=Evidence)


# A function that finds a thing by its value in the URL, or returns None if there is no such thing
# that this reader can see.
Finder = Callable[[User, str], Reportable | None]


def find(user: User, query: Mapping[str, str]) -> Reportable | None:
    """Find the thing that a query string names with post=…, line=…, space=… or person=…; return
    None if there is no such thing that the user can see.

    If the report is about a person in a Space, the query contains both person=… and space=….
    """
    things = [about for about in settings.REPORTABLE if about in query]
    if not things or any("\0" in text for text in query.values()):  # PostgreSQL rejects NUL
        return None
    found = finders()[things[0]](user, query[things[0]])
    around = finders()["space"](user, query["space"]) if things[1:] == ["space"] else None
    if found is None or around is None:
        return found
    evidence = merge(found.evidence, around.evidence)
    return replace(found, evidence=evidence, back=around.back)


def find_person(user: User, handle: str) -> Reportable | None:
    person = User.objects.active().with_handle(handle).first()
    if person is None:
        return None
    facts = {"Handle": f"@{person.handle}", "Name": person.name, "Bio": person.bio or "(none)"}
    return Reportable(
        about=About.PERSON,
        ref=person.key,
        subject=person,
        title=f"@{person.handle}",
        back=person.get_absolute_url(),
        evidence={"facts": facts, "pictures": {person.avatar: "Picture"} if person.avatar else {}},
    )


def report(
    *,
    reporter: User,
    subject: User,
    about: About,
    ref: str,
    reason: Reason,
    text: str = "",
    evidence: Evidence | None = None,
) -> Report:
    """Save a report and thank the reporter, or return their open report about the same thing.

    Raise a Refusal if the thing is the reporter's own.
    """
    if reporter == subject:
        raise Refusal("not_yourself", "This is yours, so you can't report it.")
    waiting = Report.objects.filter(reporter=reporter, about=about, ref=ref, outcome=Outcome.OPEN)
    if (earlier := waiting.first()) is not None:
        return earlier
    try:
        with copying_pictures(evidence or {}) as copied, transaction.atomic():
            created = Report.objects.create(
                reporter=reporter,
                subject=subject,
                about=about,
                ref=ref,
                reason=reason,
                text=text,
                evidence=copied,
            )
            text = (
                f"Thank you for your report about @{subject.handle}. The staff will review it, and "
                "we’ll post the outcome here."
            )
            notify(reporter, kind="report", text=text)
    except IntegrityError:
        earlier = waiting.first()
        if earlier is None:
            raise
        return earlier
    return created


def open_case(reported: Reportable, *, by: User) -> Report:
    """Create a report by a member of the staff, or return their open one about the same thing."""
    same = Report.objects.filter(
        reporter=by, about=reported.about, ref=reported.ref, outcome=Outcome.OPEN
    )
    if (earlier := same.first()) is not None:
        return earlier
    try:
        with copying_pictures(reported.evidence) as copied, transaction.atomic():
            return Report.objects.create(
                reporter=by,
                subject=reported.subject,
                about=reported.about,
                ref=reported.ref,
                evidence=copied,
            )
    except IntegrityError:  # another request created the report first
        return same.get()


@cache
def finders() -> dict[str, Finder]:
    return {about: import_string(path) for about, path in settings.REPORTABLE.items()}
