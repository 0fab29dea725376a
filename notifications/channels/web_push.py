"""Web Push, to every browser in which the person turned it on."""

import time
from collections.abc import Collection

from accounts.models import User
from accounts.previews import absolute
from core import shared_clock
from notifications import registry, unread
from notifications.channels.errors import ChannelError, Permanent, Retry, Uncertain
from notifications.models import Delivery, PushSubscription
from notifications.push import client, subscriptions
from notifications.push.messages import Message
from notifications.registry import Content

DEFAULT_TITLE = "Spaces"
# After this time, the remaining browsers of a person are left out, because sending a delivery must
# take less time than the lease of its run (settings.NOTIFICATION_LEASE).
MAX_SECONDS = 20.0


def send(user: User, content: Content, delivery: Delivery) -> None:
    """Send the message to all browsers. It counts as sent if one browser gets it, because a retry
    would show it there twice."""
    message = _message(user, content, delivery)
    failures: list[ChannelError] = []
    accepted = False
    until = time.monotonic() + MAX_SECONDS
    for subscription in subscriptions.current(user):
        if time.monotonic() > until:
            failures.append(Retry("the push services are too slow"))
            break
        failure = _send_to(subscription, message)
        if failure is None:
            accepted = True
        else:
            failures.append(failure)
    if not accepted:
        raise _worst(failures)


def reachable(user_ids: Collection[int]) -> set[int]:
    found = PushSubscription.objects.filter(user__in=user_ids)
    return set(found.values_list("user_id", flat=True))


def close() -> None:
    client.close()


def _message(user: User, content: Content, delivery: Delivery) -> Message:
    left = delivery.late_at - shared_clock.now()
    return Message(
        title=content.title or DEFAULT_TITLE,
        body=content.text,
        url=absolute(content.url or "/notifications/"),
        about=f"{delivery.kind} {delivery.subject}",
        unread=unread.count(user),
        ttl=int(left.total_seconds()),
        urgent=registry.kind(delivery.kind).urgent,
    )


def _send_to(subscription: PushSubscription, message: Message) -> ChannelError | None:
    try:
        client.send(subscription, message)
    except client.Gone as error:
        subscriptions.delete(subscription)
        return Permanent(str(error))
    except client.Rejected as error:
        return Permanent(str(error))
    except client.Unclear as error:
        return Uncertain(str(error))
    except client.Unavailable as error:
        return Retry(str(error), after=error.wait)
    subscriptions.mark_used(subscription)
    return None


def _worst(failures: list[ChannelError]) -> ChannelError:
    """Return the error for the whole delivery. It is Retry only if no browser can have received the
    message."""
    for kind in (Uncertain, Retry):
        for failure in failures:
            if isinstance(failure, kind):
                return failure
    return failures[0] if failures else Permanent("no browser")
