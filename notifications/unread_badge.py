"""The context processor for the badge with the number of unread notifications.

Nothing is pushed: the badge changes when a page is loaded or swapped (templates/base.html). The
query is lazy, so that pages without the badge make none.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from notifications import inbox


def unread_badge(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"unread": SimpleLazyObject(lambda: _badge(inbox.count_unread(user)))}


def _badge(count: int) -> str:
    if count > inbox.MAX_COUNTED:
        return f"{inbox.MAX_COUNTED}+"
    return str(count) if count else ""
