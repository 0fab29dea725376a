"""The mail about a notification that its person must not miss."""

from django.urls import reverse

from accounts.letters import Letter
from notifications.models import Notification


def warned(pk: int) -> Letter | None:
    found = Notification.objects.filter(pk=pk).select_related("user").first()
    if found is None:
        return None
    return Letter(found.user, {"text": found.text}, reverse("notifications:index"))
