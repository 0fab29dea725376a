"""The browsers in which people turned on push messages."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts import session_refs
from accounts.models import User
from accounts.session_refs import SessionRef
from core.refusals import Refusal
from notifications.models import PushSubscription

MAX_BROWSERS = 10  # per person
BATCH = 500  # rows


def subscribe(
    user: User, *, session: SessionRef, endpoint: str, p256dh: str, auth: str, browser: str
) -> PushSubscription:
    """Store a browser's subscription, or renew it; it now belongs to this person and session.

    A person with more than MAX_BROWSERS browsers loses those that have not been used for longest.
    Raise Refusal if the URL is known with other keys, so that nobody takes over another browser.
    """
    fields = {"user": user, "session": session.seal(), "browser": browser}
    with transaction.atomic():
        found, created = PushSubscription.objects.get_or_create(
            endpoint=endpoint, defaults={**fields, "p256dh": p256dh, "auth": auth}
        )
        if not created:
            if (found.p256dh, found.auth) != (p256dh, auth):  # it belongs to another browser
                raise Refusal("not_yours", "This subscription belongs to another browser.")
            PushSubscription.objects.filter(pk=found.pk).update(**fields)
        _drop_unused(user, keep=found)
    found.refresh_from_db()
    return found


def unsubscribe(user: User, endpoint: str) -> None:
    user.push_subscriptions.filter(endpoint=endpoint).delete()


def end_with_session(session: SessionRef) -> None:
    """Delete the subscription of the browser that signs out."""
    PushSubscription.objects.filter(session=session.seal()).delete()


def current(user: User) -> list[PushSubscription]:
    """Return the person's browsers that are still signed in; delete the others."""
    return _without_ended(user.push_subscriptions.all())


def sweep() -> int:
    """Delete all subscriptions whose session has ended; return their number."""
    deleted, after = 0, 0
    while rows := list(PushSubscription.objects.filter(pk__gt=after).order_by("pk")[:BATCH]):
        deleted += len(rows) - len(_without_ended(rows))
        after = rows[-1].pk
    return deleted


def _without_ended(subscriptions: Iterable[PushSubscription]) -> list[PushSubscription]:
    found = list(subscriptions)
    ended = session_refs.ended_among(each.session for each in found)
    if ended:
        keys = [each.pk for each in found if each.session in ended]
        PushSubscription.objects.filter(pk__in=keys, session__in=ended).delete()
    return [each for each in found if each.session not in ended]


def mark_used(subscription: PushSubscription) -> None:
    PushSubscription.objects.filter(pk=subscription.pk).update(used_at=timezone.now())


def delete(subscription: PushSubscription) -> None:
    """Delete a subscription that the push service does not know any more."""
    PushSubscription.objects.filter(pk=subscription.pk).delete()


def _drop_unused(user: User, *, keep: PushSubscription) -> None:
    others = list(user.push_subscriptions.exclude(pk=keep.pk))
    others.sort(key=lambda each: each.used_at or each.created_at, reverse=True)
    superfluous = [each.pk for each in others[MAX_BROWSERS - 1 :]]
    user.push_subscriptions.filter(pk__in=superfluous).delete()
