"""The digest: one e-mail per day or week about unread social notifications.

It is an ordinary delivery whose subject names the day or the week, so nobody gets it twice.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef

from accounts.models import User
from core import shared_clock
from notifications import addresses, quiet, registry, unread, zones
from notifications.models import Delivery, Digest, NotificationSettings
from notifications.preferences import DIGEST
from notifications.registry import EMAIL, Content

AT = time(8)  # in the person's zone
MONDAY = 0
PERIODS = {Digest.DAILY: timedelta(days=1), Digest.WEEKLY: timedelta(days=7)}
MAX_LINES = 10
BATCH = 500  # people


def plan_due() -> int:
    """Plan the digests whose time has come; return how many."""
    now = shared_clock.now()
    planned = 0
    chosen = NotificationSettings.objects.exclude(digest=Digest.OFF)
    for zone, digest in chosen.order_by().values_list("zone", "digest").distinct():
        due_at = last_due(now, digest, zone)
        if now < due_at + registry.kind(DIGEST).late_after:
            planned += _plan(digest, zone, due_at)
    return planned


def last_due(now: datetime, digest: str, zone: str) -> datetime:
    """Return the last time, up to `now`, at which these digests were due."""
    local = now.astimezone(zones.parse(zone))
    day = local.date() if local.time() >= AT else local.date() - timedelta(days=1)
    if digest == Digest.WEEKLY:
        day -= timedelta(days=(day.weekday() - MONDAY) % 7)
    return datetime.combine(day, AT, local.tzinfo)


def compose(subject: str, user: User) -> Content | None:
    """Return the unread notifications of the period that ends on the subject's day. Return None if
    there are none, or if the person has turned the digest off."""
    digest, _, day = subject.partition(":")
    if not NotificationSettings.objects.filter(user=user, digest=digest).exists():
        return None
    end = datetime.combine(date.fromisoformat(day), AT, zones.of(user))
    since = end - PERIODS[Digest(digest)]
    social = [kind.name for kind in registry.kinds().values() if kind.social]
    new = unread.readable(user).filter(kind__in=social, at__gte=since, at__lt=end, read_at=None)
    texts = list(new.values_list("text", flat=True)[: MAX_LINES + 1])
    if not texts:
        return None
    shown, more = texts[:MAX_LINES], len(texts) > MAX_LINES
    when = "yesterday" if digest == Digest.DAILY else "last week"
    return Content(
        text=f"This is new since {when}:",
        url="/notifications/",
        title="What’s new for you on Spaces",
        lines=(*shown, *(["… and more"] if more else [])),
    )


def _plan(digest: str, zone: str, due_at: datetime) -> int:
    subject = f"{digest}:{due_at.date().isoformat()}"
    planned = 0
    for user_ids in _people_without(subject, digest, zone):
        rows = _deliveries(subject, user_ids, due_at)
        planned += len(Delivery.objects.bulk_create(rows, ignore_conflicts=True))
    return planned


def _people_without(subject: str, digest: str, zone: str) -> Iterator[list[int]]:
    """Yield the people who want this digest and have none yet, in batches."""
    already = Delivery.objects.filter(kind=DIGEST, subject=subject, user=OuterRef("user"))
    wanted = NotificationSettings.objects.filter(~Exists(already), zone=zone, digest=digest)
    active = wanted.filter(user__is_active=True).order_by("user")
    after = 0
    while found := list(active.filter(user__gt=after).values_list("user", flat=True)[:BATCH]):
        yield found
        after = found[-1]


def _deliveries(subject: str, user_ids: list[int], due_at: datetime) -> list[Delivery]:
    kind = registry.kind(DIGEST)
    reachable = addresses.people_with_address(user_ids)
    delayed = quiet.delays(kind, user_ids, due_at)
    rows = []
    for user_id in [each for each in user_ids if each in reachable]:
        at = delayed.get(user_id, due_at)
        times = {"due_at": at, "late_at": kind.late_at(at), "next_try_at": at}
        row = {"kind": DIGEST, "subject": subject, "user_id": user_id, "channel": EMAIL}
        rows.append(Delivery(**row, **times))
    return rows
