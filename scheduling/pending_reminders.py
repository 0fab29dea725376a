"""Reminders that signed-out people asked for; they are set after signing in or signing up.

Before they sign in, the Space's id is stored in the session, which survives signing in. Only a POST
stores the id, so a link on another site can't.
"""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest

from accounts.models import User
from core.refusals import Refusal
from scheduling.actions.reminders import set_reminder
from spaces.models import Space

KEY = "reminder"


def save_pending_reminder(request: HttpRequest, space: Space) -> None:
    request.session[KEY] = space.public_id


def set_pending_reminder(request: HttpRequest, user: User) -> None:
    """Set the reminder that this browser asked for before `user` signed in, if there is one."""
    public_id = request.session.pop(KEY, None)
    space = Space.objects.scheduled().filter(public_id=public_id).first() if public_id else None
    if space is None:
        return
    with suppress(Refusal):  # e.g. the Space is their own, or its host blocks them
        set_reminder(space, user=user)
        messages.success(
            request, "Reminder set. We’ll notify you when it starts.", fail_silently=True
        )
