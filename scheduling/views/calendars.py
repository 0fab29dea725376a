"""The calendar file of a Space, the public feed of a host, and the private feed of a person with
the page that manages it.

Calendars fetch feeds again and again, so an unchanged one is answered with 304.
"""

from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlencode

import redis
import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.locks import blockers
from accounts.models import User
from accounts.models.user import in_good_standing
from accounts.previews import absolute
from accounts.viewer import signed_in
from core import rates, responses
from core.addresses import network_of
from core.refusals import Refusal
from scheduling.calendars import documents, feeds

log = structlog.get_logger(__name__)

PER_NETWORK = "120/minute"  # high, because Google fetches many people's feeds from few networks
PER_FEED = "60/10 minutes"  # requests of all calendars for one private feed
MANAGING = "10/hour"
REMEMBERED = 60 * 24 * 3600  # seconds for which the time of a feed's last change is remembered
NEW_TOKEN = "calendar_token"  # noqa: S105 - the session's entry with a new secret, until shown


@require_safe
def space_file(request: HttpRequest, space_id: str) -> HttpResponseBase:
    if refused := _refuse_if_too_fast(request):
        return refused
    space = feeds.space_of(space_id, request.user)
    if space is None:
        raise Http404
    return _respond(request, documents.document([space]), key=space_id)


@require_safe
def host_feed(request: HttpRequest, handle: str) -> HttpResponseBase:
    if refused := _refuse_if_too_fast(request):
        return refused
    found = User.objects.active().with_handle(handle)
    host = get_object_or_404(found.filter(in_good_standing()))
    if isinstance(request.user, User) and blockers(request.user, host):
        raise Http404
    key = f"host:{host.pk}"
    spaces = feeds.hosted_by(host, request.user)
    body = documents.document(spaces, name=f"{host.name} on Spaces", key=key)
    return _respond(request, body, key=key)


@require_safe
def private_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Return the feed to which the secret in the URL belongs; calendar programs don't sign in."""
    if refused := _refuse_if_too_fast(request):
        return refused
    feed = feeds.find_feed(token)
    if feed is None:
        raise Http404
    try:
        rates.spend(PER_FEED, "feed", str(feed.pk))
    except rates.TooFast as refusal:
        return _refuse(refusal)
    key = f"person:{feed.user_id}"
    body = documents.document(feeds.of_person(feed.user), name="My Spaces", key=key)
    return _respond(request, body, key=key)


@require_GET
@login_required
def manage(request: HttpRequest) -> HttpResponse:
    """Show whether the private feed exists. Its URL is shown once, after it was created."""
    token = request.session.pop(NEW_TOKEN, "")
    path = reverse("scheduling:private_feed", args=[token]) if token else ""
    context = {
        "feed": feeds.feed_of(signed_in(request)),
        "address": absolute(path) if path else "",
        "subscribe": subscriptions(path) if path else [],
    }
    return render(request, "scheduling/calendar.html", context)


@require_POST
@login_required
def replace(request: HttpRequest) -> HttpResponse:
    """Create the private feed, or give it a new URL."""
    user, page = signed_in(request), reverse("scheduling:calendar")
    try:
        rates.spend(MANAGING, "calendar", user.key)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=page)
    request.session[NEW_TOKEN] = feeds.replace_token(user)
    return redirect(page)


@require_POST
@login_required
def revoke(request: HttpRequest) -> HttpResponse:
    feeds.revoke(signed_in(request))
    request.session.pop(NEW_TOKEN, None)
    messages.success(request, "The address of your feed no longer works.")
    return redirect("scheduling:calendar")


def subscriptions(path: str) -> list[tuple[str, str]]:
    """Return the text and URL of a link for each calendar that can subscribe to the feed."""
    address = absolute(path)
    webcal = "webcal" + address.removeprefix("https").removeprefix("http")
    google = "https://calendar.google.com/calendar/r?" + urlencode({"cid": webcal})
    outlook = "https://outlook.live.com/calendar/0/addfromweb?" + urlencode(
        {"url": address, "name": "Spaces"}
    )
    return [
        ("Open in my calendar app", webcal),
        ("Add to Google Calendar", google),
        ("Add to Outlook", outlook),
    ]


def _refuse_if_too_fast(request: HttpRequest) -> HttpResponse | None:
    try:
        rates.spend(PER_NETWORK, "calendars", network_of(request))
    except rates.TooFast as refusal:
        return _refuse(refusal)
    return None


def _refuse(refusal: Refusal) -> HttpResponse:
    """Respond with plain text instead of a page, because programs read it."""
    return HttpResponse(
        refusal.message,
        status=refusal.status,
        headers=refusal.headers,
        content_type="text/plain; charset=utf-8",
    )


def _respond(request: HttpRequest, body: bytes, *, key: str) -> HttpResponseBase:
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    changed_at = int(_last_change(key, etag).timestamp())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    # Not an attachment: iOS would save the file instead of offering to add it to the calendar.
    response["Content-Disposition"] = 'inline; filename="spaces.ics"'
    response["Cache-Control"] = "private, no-cache"  # keep it, and ask each time if it has changed
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed_at)
    answer = get_conditional_response(request, etag, changed_at, response)
    assert answer is not None, "there is a response to return"  # noqa: S101
    return answer


def _last_change(key: str, etag: str) -> datetime:
    """Return when the document with this ETag was first created; now, if this is not known.

    The time of the newest row can't be used: it decreases when a Space disappears from a feed.
    """
    now = timezone.now()
    try:
        known: tuple[str, float] | None = cache.get(f"calendar:{key}")
        if known and known[0] == etag:
            return datetime.fromtimestamp(known[1], UTC)
        cache.set(f"calendar:{key}", (etag, now.timestamp()), REMEMBERED)
    except redis.RedisError as error:
        log.warning("change_not_remembered", error=repr(error))
    return now
