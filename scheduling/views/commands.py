"""Commands of scheduled Spaces: each view handles one kind of POST."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.viewer import signed_in
from core import rates, responses
from core.refusals import Refusal
from scheduling.actions import cohosts, reminders, starting
from scheduling.forms import InviteCohostsForm
from scheduling.page_data import reminder_of
from scheduling.pending_reminders import save_pending_reminder
from spaces.actions.lifecycle import AlreadyLive
from spaces.models import Space

Command = Callable[[HttpRequest, Space, User], str]
# The forms that htmx replaces after a tap: "reminder" on the page of a Space, "bell" in lists. Maps
# the part of the form's id before the first "-" to the form's template.
FRAGMENTS = {
    "reminder": "scheduling/_reminder.html",
    "bell": "scheduling/_bell.html",
}


def command(body: Command) -> Callable[..., HttpResponse]:
    """Turn `body`, which returns a message for the person or "", into a view."""

    @require_POST
    @login_required
    @wraps(body)
    def view(request: HttpRequest, space_id: str) -> HttpResponse:
        user = signed_in(request)
        space = _planned(space_id)
        try:
            rates.spend(rates.COMMANDS, "scheduled", user.key)
            message = body(request, space, user)
        except Refusal as refusal:
            return responses.refuse(request, refusal, to=space)
        return responses.done(request, to=space, message=message)

    return view


@require_POST
def set_reminder(request: HttpRequest, space_id: str) -> HttpResponse:
    """Set a reminder. For a signed-out person, it is set after signing in."""
    space = _planned(space_id)
    if not isinstance(request.user, User):
        save_pending_reminder(request, space)
        return redirect(f"{resolve_url('account_login')}?next={space.get_absolute_url()}")
    return _change_reminder(request, space, reminders.set_reminder)


@require_POST
@login_required
def unset_reminder(request: HttpRequest, space_id: str) -> HttpResponse:
    return _change_reminder(request, _planned(space_id), reminders.unset_reminder)


@command
def go_live(request: HttpRequest, space: Space, user: User) -> str:
    try:
        starting.go_live(space, by=user)
    except AlreadyLive as refusal:
        title = refusal.space.title
        message = f"You host “{title}” right now. End it first, then start this one."
        raise Refusal(refusal.code, message) from refusal
    return ""


@command
def invite_cohost(request: HttpRequest, space: Space, user: User) -> str:
    form = InviteCohostsForm(request.POST)
    if not form.is_valid():
        raise responses.first_error(form)
    invited = form.cleaned_data["cohosts"]
    if not invited:
        raise Refusal("bad_cohosts", "Enter the handle of a person.", status=400)
    results = [cohosts.invite(space, by=user, user=person) for person in invited]
    return "Invited. They co-host once they accept." if any(results) else "Already invited."


@require_POST
@login_required
def withdraw_cohost(request: HttpRequest, space_id: str, handle: str) -> HttpResponse:
    space = _planned(space_id)
    person = get_object_or_404(User.objects.with_handle(handle))
    try:
        cohosts.withdraw(space, by=signed_in(request), user=person)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=space)
    return responses.done(request, to=space, message=f"@{person.handle} won’t co-host this Space.")


@command
def accept_cohost(request: HttpRequest, space: Space, user: User) -> str:
    cohosts.accept(space, user=user)
    return "You co-host this Space. You can start it, too."


@command
def decline_cohost(request: HttpRequest, space: Space, user: User) -> str:
    cohosts.decline(space, user=user)
    return "We’ve notified the host that you won’t co-host this Space."


def _planned(space_id: str) -> Space:
    planned = Space.objects.filter(schedule__isnull=False).select_related("host")
    return get_object_or_404(planned, public_id=space_id)


def _change_reminder(
    request: HttpRequest, space: Space, change: Callable[..., None]
) -> HttpResponse:
    user = signed_in(request)
    fragment = FRAGMENTS.get(request.headers.get("HX-Target", "").partition("-")[0])
    try:
        rates.spend(rates.COMMANDS, "remind", user.key)
        change(space, user=user)
    except Refusal as refusal:
        if fragment is None:
            return responses.refuse(request, refusal, to=space)
        return _reminder(request, fragment, space, user, error=refusal.message)
    if fragment is not None:
        return _reminder(request, fragment, space, user)
    is_set = change is reminders.set_reminder
    message = "Reminder set. We’ll notify you when it starts." if is_set else "Reminder removed."
    return responses.done(request, to=space, message=message)


def _reminder(
    request: HttpRequest, fragment: str, space: Space, user: User, *, error: str = ""
) -> HttpResponse:
    reminder = reminder_of(space, user)
    context = {
        "space": space,
        "reminder": reminder,
        "public_id": space.public_id,
        "title": space.title,
        "is_set": reminder.is_set,
        "signed_in": True,
        "error": error,
    }
    return render(request, fragment, context)
