"""The notification settings: channels for each kind, quiet hours, the digest, and muted people."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.viewer import signed_in
from core import rates, responses
from core.refusals import Refusal
from notifications import addresses, channels, muting, preferences, zones
from notifications.forms import SettingsForm
from notifications.models import NotificationSettings
from notifications.push import subscriptions

SAVING = "30/10 minutes"
MUTING = "60/10 minutes"
TEMPLATE = "notifications/preferences.html"


@require_http_methods(["GET", "POST"])
@login_required
def index(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    current = NotificationSettings.objects.filter(user=user).first()
    form = SettingsForm(request.POST or None, instance=current or NotificationSettings(user=user))
    refused = None
    if request.method == "POST":
        try:
            rates.spend(SAVING, "notification-settings", user.key)
            if form.is_valid():
                with transaction.atomic():
                    form.save()
                    preferences.choose(user, request.POST.getlist("on"))
                messages.success(request, _("Your notification settings are saved."))
                return redirect("notifications:preferences")
        except Refusal as refusal:
            refused = refusal
    context = {
        "form": form,
        "refused": refused,
        "groups": preferences.table(user, channels.names()),
        "channels": channels.names(),
        "browsers": subscriptions.current(user),
        "muted": muting.muted_by(user),
        "address": addresses.address_of(user),
        "undeliverable": addresses.undeliverable_of(user),
    }
    if refused is not None:
        return responses.redisplay(request, TEMPLATE, context, why=refused)
    return render(request, TEMPLATE, context)


@require_POST
@login_required
def detect_zone(request: HttpRequest) -> HttpResponse:
    """Save the time zone of the browser, if none is known (static/js/notifications/zone.js)."""
    user = signed_in(request)
    try:
        rates.spend(SAVING, "zone", user.key)
        if not zones.detect(user, request.POST.get("zone", "")):
            raise Refusal("bad_zone", _("There is no such time zone."), status=400)
    except Refusal as refusal:
        return responses.refusal_json(refusal)
    return HttpResponse(status=204)


@require_POST
@login_required
def mute(request: HttpRequest, handle: str) -> HttpResponse:
    return _set_muted(request, handle, is_muted=True)


@require_POST
@login_required
def unmute(request: HttpRequest, handle: str) -> HttpResponse:
    return _set_muted(request, handle, is_muted=False)


def _set_muted(request: HttpRequest, handle: str, *, is_muted: bool) -> HttpResponse:
    user = signed_in(request)
    person = get_object_or_404(User.objects.with_handle(handle))
    back = "notifications:preferences" if "listed" in request.POST else person
    try:
        rates.spend(MUTING, "mute", user.key)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=back)
    if is_muted:
        muting.mute(user, person)
        message = _("You won’t hear when %(name)s goes live.")
    else:
        muting.unmute(user, person)
        message = _("You’ll hear again when %(name)s goes live.")
    return responses.done(request, to=back, message=message % {"name": person.name})
