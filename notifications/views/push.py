"""Endpoints for scripts that turn push messages on and off in a browser (docs/protocol.md)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_GET, require_POST

from accounts.session_refs import SessionRef
from accounts.templatetags.sessions import browser
from accounts.viewer import signed_in
from core import rates, responses
from core.refusals import Refusal
from notifications.forms import PushSubscriptionForm
from notifications.push import hosts, subscriptions, vapid

CHANGING = "30/10 minutes"


@require_GET
@login_required
def key(request: HttpRequest) -> HttpResponse:
    """Return the site's public key, and a CSRF token for the service worker, which has no page."""
    return JsonResponse({"key": vapid.public_key(), "token": get_token(request)})


@require_POST
@login_required
def subscribe(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = PushSubscriptionForm(request.POST)
    try:
        rates.spend(CHANGING, "push", user.key)
        if not form.is_valid():
            raise responses.first_error(form)
        given = dict(form.cleaned_data)
        replaced = given.pop("replaces")
        session = SessionRef.of(request.session, user)
        label = browser(request.headers.get("user-agent", ""))
        subscriptions.subscribe(user, session=session, browser=label, **given)
    except Refusal as refusal:
        return responses.refusal_json(refusal)
    if replaced:
        subscriptions.unsubscribe(user, replaced)
    return HttpResponse(status=204)


@require_POST
@login_required
def unsubscribe(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    try:
        rates.spend(CHANGING, "push", user.key)
    except Refusal as refusal:
        return responses.refusal_json(refusal)
    subscriptions.unsubscribe(user, request.POST.get("endpoint", "")[: hosts.MAX_LENGTH])
    return HttpResponse(status=204)
