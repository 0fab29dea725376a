"""The decorator of every command on a Space: it checks rights and rate limits, and responds."""

from collections.abc import Callable
from functools import partial, wraps

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.viewer import signed_in
from core import rates, responses
from core.refusals import Refusal
from spaces import admission, permissions
from spaces.actions.locks import rights_confirmed
from spaces.finding import find_not_cancelled_or_404
from spaces.models import Space
from spaces.permissions import Act
from spaces.viewer import Viewer

Command = Callable[..., None]


def command(
    act: Act, *, rate: str = rates.COMMANDS, message: str = "", to_previous_page: bool = False
) -> Callable[[Command], Callable[..., HttpResponse]]:
    """Turn `body(request, space, user, **kwargs)`, which runs an action, into a POST view.

    The view checks in this order that the person is signed in, that the Space exists, and that the
    person is within the rate limit, admitted and allowed to `act`. The action's lock checks the
    last two once more if the room has changed, so that nobody acts after they were demoted or
    removed (`spaces.actions.locks`). A Refusal or a form's error is returned as JSON to scripts,
    and shown as a message after a form; other exceptions are not caught. After a form, the view
    redirects to the Space, or if `to_previous_page` to the page with the form, and shows
    `message`.
    """

    def decorate(body: Command) -> Callable[..., HttpResponse]:
        @require_POST
        @login_required
        @wraps(body)
        def view(request: HttpRequest, space_id: str, **kwargs: object) -> HttpResponse:
            user = signed_in(request)
            viewer = Viewer(user)
            space = find_not_cancelled_or_404(space_id)
            to = (to_previous_page and responses.page_before(request)) or space
            try:
                rates.spend(rate, act, viewer.key)
                with rights_confirmed(space, partial(require, space, viewer, act)):
                    body(request, space, user, **kwargs)
            except permissions.NotAllowed as refusal:
                # Pages don't offer what a person may not do, so this is an old tab or an attack.
                rates.log_once("not_allowed", act=act, who=viewer.key, space=space.public_id)
                return responses.refuse(request, refusal, to=to)
            except Refusal as refusal:
                return responses.refuse(request, refusal, to=to)
            return responses.done(request, to=to, message=message)

        return view

    return decorate


def require(space: Space, viewer: Viewer, act: Act) -> None:
    """Raise a Refusal if the viewer is not admitted or not allowed to `act`."""
    admission.require(space, viewer)
    permissions.require(space, viewer, act)


def cleaned(form: forms.Form) -> dict[str, object]:
    """Return the form's data, or raise its first error as a Refusal with status 400."""
    if form.is_valid():
        return form.cleaned_data
    raise responses.first_error(form)


def done(request: HttpRequest, space: Space) -> HttpResponse:
    return responses.done(request, to=space)


def refuse(request: HttpRequest, space: Space, refusal: Refusal) -> HttpResponse:
    return responses.refuse(request, refusal, to=space)
