"""The e-mail about a warning by the staff, which the person must not miss."""

from django.urls import reverse

from accounts.emails import Email
from notifications.models import Notification


def warned(pk: int) -> Email | None:
    found = Notification.objects.filter(pk=pk).select_related("user").first()
    if found is None:
        return None
    return Email(found.user, {"text": found.text}, reverse("notifications:index"))
