"""A reminder that a signed-out person asked for: set once they have signed in or signed up.

The wish is kept in the session, which survives signing in. It was sent with a POST, so no link on
another site can create it.
"""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest

from accounts.models import User
from core.refusals import Refusal
from scheduling.actions.reminders import set_reminder
from spaces.models import Space

KEY = "reminder"


def keep_reminder(request: HttpRequest, space: Space) -> None:
    request.session[KEY] = space.public_id


def set_kept_reminder(request: HttpRequest, user: User) -> None:
    """Set the reminder that this browser asked for before `user` signed in, if there is one."""
    public_id = request.session.pop(KEY, None)
    space = Space.objects.scheduled().filter(public_id=public_id).first() if public_id else None
    if space is None:
        return
    with suppress(Refusal):  # it has started meanwhile, or it is their own
        set_reminder(space, user=user)
        messages.success(
            request, "Reminder set. We’ll tell you before it starts.", fail_silently=True
        )
