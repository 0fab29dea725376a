"""Notifications, their deliveries and broadcasts, and what people have chosen to receive. Each file
has the models of one subject."""

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
