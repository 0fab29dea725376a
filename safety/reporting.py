"""Reports: what can be reported, what is seen of it at that moment, and handing it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from accounts.models import User
from core.refusals import Refusal
from notifications.inbox import notify
from safety.evidence import Evidence, kept, together
from safety.models import About, Outcome, Reason, Report

RATE = "10/hour"


@dataclass(frozen=True)
class Sighting:
    """A thing that somebody may report, as it is now."""

    about: About
    ref: str
    subject: User
    title: str  # "@ana", "the Space “Cities”"
    back: str  # where the reporter came from
    evidence: Evidence = field(default_factory=Evidence)


# What finds a thing by the word in an address; None where there is no such thing for this reader.
Look = Callable[[User, str], Sighting | None]


def see(user: User, asked: Mapping[str, str]) -> Sighting | None:
    """What an address names: post=…, person=… (in a Space: and space=…), or space=…."""
    things = [about for about in settings.REPORTABLE if about in asked]
    if not things or any("\0" in text for text in asked.values()):  # which PostgreSQL cannot ask
        return None
    found = looks()[things[0]](user, asked[things[0]])
    around = looks()["space"](user, asked["space"]) if things[1:] == ["space"] else None
    if found is None or around is None:
        return found
    both = together(found.evidence, around.evidence)
    return replace(found, evidence=both, back=around.back)


def see_person(user: User, handle: str) -> Sighting | None:
    person = User.objects.active().with_handle(handle).first()
    if person is None:
        return None
    facts = {"Handle": f"@{person.handle}", "Name": person.name, "Bio": person.bio or "(none)"}
    return Sighting(
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
    """Hand it to the staff, and thank for it. The same thing again, while it waits, is that one."""
    if reporter == subject:
        raise Refusal("not_yourself", "This is yours. You can delete or change it yourself.")
    waiting = Report.objects.filter(reporter=reporter, about=about, ref=ref, outcome=Outcome.OPEN)
    if (earlier := waiting.first()) is not None:
        return earlier
    try:
        with kept(evidence or {}) as copied, transaction.atomic():
            made = Report.objects.create(
                reporter=reporter,
                subject=subject,
                about=about,
                ref=ref,
                reason=reason,
                text=text,
                evidence=copied,
            )
            words = f"Thank you for your report about @{subject.handle}. The staff look at it, and"
            notify(reporter, kind="report", text=f"{words} you read here what came of it.")
    except IntegrityError:
        earlier = waiting.first()
        if earlier is None:
            raise
        return earlier
    return made


def open_case(seen: Sighting, *, by: User) -> Report:
    """A report that staff make themselves; theirs about the same thing, while it waits, is it."""
    same = Report.objects.filter(reporter=by, about=seen.about, ref=seen.ref, outcome=Outcome.OPEN)
    if (earlier := same.first()) is not None:
        return earlier
    try:
        with kept(seen.evidence) as copied, transaction.atomic():
            return Report.objects.create(
                reporter=by,
                subject=seen.subject,
                about=seen.about,
                ref=seen.ref,
                evidence=copied,
            )
    except IntegrityError:  # another tab was faster
        return same.get()


@cache
def looks() -> dict[str, Look]:
    return {about: import_string(path) for about, path in settings.REPORTABLE.items()}
