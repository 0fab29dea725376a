"""What every page of the site needs to know of its reader; asked only where a page shows it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import notifications
from accounts.models import User


def reader(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"unread": SimpleLazyObject(lambda: _words(notifications.unread(user)))}


def _words(count: int) -> str:
    if count > notifications.MANY:
        return f"{notifications.MANY}+"
    return str(count) if count else ""
