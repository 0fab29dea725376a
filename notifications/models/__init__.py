"""What people are notified of, how it is sent, and what they choose. Each model has its own
file."""

from notifications.models.broadcast import Broadcast
from notifications.models.delivery import Delivery
from notifications.models.notification import (
    KIND_LENGTH,
    SUBJECT_LENGTH,
    TEXT_LENGTH,
    Notification,
)
from notifications.models.preferences import (
    Digest,
    MutedPerson,
    NotificationSettings,
    Preference,
)
from notifications.models.push_subscription import PushSubscription
from notifications.models.run import Run
from notifications.models.undeliverable import UndeliverableAddress

__all__ = [
    "KIND_LENGTH",
    "SUBJECT_LENGTH",
    "TEXT_LENGTH",
    "Broadcast",
    "Delivery",
    "Digest",
    "MutedPerson",
    "Notification",
    "NotificationSettings",
    "Preference",
    "PushSubscription",
    "Run",
    "UndeliverableAddress",
]
