"""Lists of scheduled Spaces: all upcoming ones, and the signed-in person's schedule."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.viewer import signed_in
from core import rates, responses
from core.addresses import network_of
from notifications import zones
from scheduling import agenda, upcoming
from scheduling.calendars import feeds
from spaces.forms import SearchForm
from spaces.views.discovery import SEARCHING

MAX_START = 10_000  # the highest position at which a page may start


@require_GET
def all_upcoming(request: HttpRequest) -> HttpResponse:
    """List scheduled Spaces.

    Parameters: `q` and `topic` as on the Spaces page; `host`, a handle, lists only that person's
    Spaces; `start` is the position of the first one. Invalid values are ignored, except that an
    unknown host is 404.
    """
    form = SearchForm(request.GET)
    form.is_valid()
    words, topic = form.cleaned_data.get("q", ""), form.cleaned_data.get("topic")
    handle, start = request.GET.get("host", ""), _start(request.GET.get("start", ""))
    owner = None
    if handle:
        owner = get_object_or_404(User.objects.active().with_handle(handle))
        found = upcoming.hosted_by(owner, request.user, start=start, limit=upcoming.PAGE)
    else:
        try:
            rates.spend(SEARCHING, "search", _rate_key(request))
        except rates.TooFast as refusal:
            return responses.redisplay(
                request,
                "scheduling/upcoming.html",
                {
                    "found": upcoming.Found([], None),
                    "words": words,
                    "topic": topic,
                    "refused": refusal,
                },
                why=refusal,
            )
        found = upcoming.find(
            request.user, words=words, topic=topic, start=start, limit=upcoming.PAGE
        )
    context = {"found": found, "owner": owner, "words": words, "topic": topic}
    return render(request, "scheduling/upcoming.html", context)


@require_GET
def row(request: HttpRequest, space_id: str) -> HttpResponse:
    """Return one row of a list of upcoming Spaces, for open pages that show a Space which was
    edited. With `tile`, return it in the form that our home page has on phones.

    If the viewer may not see the Space, or it has started or been cancelled since, return 204, so
    that the page keeps its row until the socket reports the new state of the Space.
    """
    found = upcoming.one(space_id, request.user)
    if found is None:
        return HttpResponse(status=204)
    context = {"row": found, "is_tile": "tile" in request.GET}
    return render(request, "scheduling/row.html", context)


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Show the person's schedule (`scheduling.agenda`)."""
    person = signed_in(request)
    context = {
        "days": agenda.days_of(person, zones.of(person)),
        "feed": feeds.feed_of(person),
    }
    return render(request, "scheduling/mine.html", context)


def _start(text: str) -> int:
    """Return the position of the first row, or 0 if the text isn't a position."""
    return min(int(text), MAX_START) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _rate_key(request: HttpRequest) -> str:
    user = request.user
    return user.key if isinstance(user, User) else network_of(request)
