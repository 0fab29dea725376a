"""Finding a Space: the page of all live Spaces, and the bar of those with followed people."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import User
from core import responses
from core.addresses import network_of
from core.rates import TooFast, spend
from spaces.directory import discovery
from spaces.directory.live_people import LiveView, live_view_of
from spaces.forms import SearchForm

SEARCHING = "120/minute"  # the page searches as people type


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List live Spaces: `?q=` words, `?topic=` a slug, `?page=`, `?until=` a page.

    What began after `?since=`, in seconds since 1970, comes first. Invalid values are ignored.
    """
    form = SearchForm(request.GET)
    form.is_valid()
    words, topic = form.cleaned_data.get("q", ""), form.cleaned_data.get("topic")
    page, until = form.cleaned_data.get("page") or 1, form.cleaned_data.get("until")
    since = form.cleaned_data.get("since")
    view = live_view_of(request)
    refused = _too_many_searches(request) if words else None
    if refused is not None:
        return responses.redisplay(
            request, "spaces/index.html", _unsearched(view, words), why=refused
        )
    topics = discovery.live_topics(view)
    if topic is not None:  # first, so that it is visible, even if nobody is live in it
        topics = [topic, *(each for each in topics if each != topic)]
    context = {
        "words": words,
        "topic": topic,
        "topics": topics,
        "found": discovery.find(
            view, words=words, topic=topic, page=page, until=until, since=since
        ),
        "page": page,
        "since": since,
    }
    return render(request, "spaces/index.html", context)


def _too_many_searches(request: HttpRequest) -> TooFast | None:
    """Count a search, by person or by a stranger's network: each searches all live Spaces."""
    user = request.user
    who = user.key if isinstance(user, User) else network_of(request)
    try:
        spend(SEARCHING, "search", who)
    except TooFast as refusal:
        return refusal
    return None


def _unsearched(view: LiveView, words: str) -> dict[str, Any]:
    """Return the context of the page without a search, which costs little."""
    found = discovery.find(view)
    return {"words": words, "topics": [], "found": found, "page": 1, "too_fast": True}


@require_GET
def busiest(request: HttpRequest) -> HttpResponse:
    """The fragment that the column beside a page fetches again when a Space begins."""
    return render(request, "spaces/_busiest.html", discovery.beside(live_view_of(request)))


@require_GET
@login_required
def bar(request: HttpRequest) -> HttpResponse:
    """The fragment that Home fetches again when somebody goes live."""
    return render(request, "timeline/_bar.html")
