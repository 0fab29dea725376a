"""Export and erase a person's notifications, their settings and browsers (see
`accounts.personal_data`)."""

from collections.abc import Iterator

from accounts.models import User
from accounts.personal_data import Part, Table, rows_of
from core.batches import delete_in_batches
from notifications.models import (
    Delivery,
    MutedPerson,
    Notification,
    NotificationSettings,
    Preference,
    PushSubscription,
    UndeliverableAddress,
)


def export(user: User) -> Iterator[Part]:
    fields = ("kind", "text", "url", "at", "read_at")
    yield Table("notifications", rows_of(Notification, user, *fields))
    deliveries = ("kind", "channel", "state", "due_at", "finished_at", "text", "url")
    yield Table("notification_deliveries", rows_of(Delivery, user, *deliveries))
    yield Table("notification_preferences", rows_of(Preference, user, "kind", "channel", "on"))
    chosen = ("zone", "quiet_from", "quiet_until", "digest")
    yield Table("notification_settings", rows_of(NotificationSettings, user, *chosen))
    muted = MutedPerson.objects.filter(user=user).values("muted__handle", "at")
    yield Table("muted_people", muted.iterator())
    # Without the URL and the keys, which are secrets (see PushSubscription).
    browsers = rows_of(PushSubscription, user, "browser", "created_at", "used_at")
    yield Table("push_subscriptions", browsers)
    undeliverable = ("email", "reason", "at")
    yield Table("undeliverable_addresses", rows_of(UndeliverableAddress, user, *undeliverable))


def erase(user: User) -> None:
    delete_in_batches(PushSubscription.objects.filter(user=user))
    delete_in_batches(Notification.objects.filter(user=user))
    delete_in_batches(Delivery.objects.filter(user=user))
    Preference.objects.filter(user=user).delete()
    NotificationSettings.objects.filter(user=user).delete()
    delete_in_batches(MutedPerson.objects.filter(user=user))
    delete_in_batches(MutedPerson.objects.filter(muted=user))
    UndeliverableAddress.objects.filter(user=user).delete()
    # Other people's notifications about this person contain this person's name.
    delete_in_batches(Notification.objects.filter(actor=user))
    delete_in_batches(Delivery.objects.filter(actor=user))
