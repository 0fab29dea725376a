"""EventPublisher people things: one door to write them, one page to read them."""

from django.db.models import QuerySet
from django.utils import timezone

from accounts import blocking
from accounts.models import Block, User
from accounts.tasks import send_email_on_commit
from notifications.models import TEXT_LENGTH, Notification

PAGE = 30
MANY = 99  # what the badge counts up to
WARNING = "warning"  # of the staff: it is mailed too


def notify(
    user: User, *, kind: str, text: str, url: str = "", actor: User | None = None
) -> Notification | None:
    """Tell `user`, unless it comes from themselves or across a block.

    The same again, before they read it, is told once.
    """
    if actor is not None and (actor == user or actor.pk in blocking.hidden_ids(user)):
        return None
    words = {"kind": kind, "text": text[:TEXT_LENGTH], "url": url, "actor": actor}
    waiting = user.notifications.filter(**words, read_at=None).first()
    told = waiting or Notification.objects.create(user=user, **words)
    if kind == WARNING:
        send_email_on_commit("warned", told.pk)
    return told


def page(user: User, *, before: int | None = None) -> tuple[list[Notification], int | None]:
    """The newest first, and the key that the next page goes on behind."""
    rows = _readable(user).select_related("actor")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def unread(user: User) -> int:
    """At most MANY + 1: nobody counts further."""
    return _readable(user).filter(read_at__isnull=True)[: MANY + 1].count()


def read(user: User) -> None:
    """All of them: who opens the page has seen that they are there."""
    user.notifications.filter(read_at__isnull=True).update(read_at=timezone.now())


def _readable(user: User) -> QuerySet[Notification]:
    """A block hides what the other did before it."""
    mine, theirs = Block.objects.filter(blocker=user), Block.objects.filter(blocked=user)
    return user.notifications.exclude(actor__in=mine.values("blocked")).exclude(
        actor__in=theirs.values("blocker")
    )
