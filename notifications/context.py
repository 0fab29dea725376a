"""What every page of the site needs to know of its reader; asked only where a page shows it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from notifications import inbox


def reader(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"unread": SimpleLazyObject(lambda: _words(inbox.unread(user)))}


def _words(count: int) -> str:
    if count > inbox.MANY:
        return f"{inbox.MANY}+"
    return str(count) if count else ""
