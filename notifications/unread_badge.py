"""The context processor for the badge with the number of unread notifications.

The badge changes when a page is loaded or swapped (templates/base.html), and when a socket reports
a change (static/js/notifications/badge.js). The query is lazy: not all pages have the badge.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from notifications import unread


def unread_badge(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"unread": SimpleLazyObject(lambda: _badge(unread.count(user)))}


def _badge(count: int) -> str:
    if count > unread.MAX_COUNTED:
        return f"{unread.MAX_COUNTED}+"
    return str(count) if count else ""
