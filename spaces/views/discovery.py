"""Finding a Space: the page with all live Spaces, the side column, and the Spaces bar."""

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
from spaces.directory.live_view import LiveView, live_view_of
from spaces.forms import SearchForm

SEARCHING = "120/minute"  # the page searches as people type


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List live Spaces.

    Parameters: `q`, the words of a search; `topic`, a slug; `page`, the first page, and `until`,
    the last; `since`, a time in seconds since 1970: Spaces that started after it come first.
    Invalid values are ignored.
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
            request, "spaces/index.html", _context_without_search(view, words), why=refused
        )
    topics = discovery.listed_topics(view)
    if topic is not None:  # show it first, even if no listed Space has it
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
    """Count a search of this person, or, if they are signed out, of their network; return TooFast
    above the limit. There is a limit because each search reads all live Spaces."""
    user = request.user
    who = user.key if isinstance(user, User) else network_of(request)
    try:
        spend(SEARCHING, "search", who)
    except TooFast as refusal:
        return refusal
    return None


def _context_without_search(view: LiveView, words: str) -> dict[str, Any]:
    """Return the context of the page without a search, which is cheap."""
    found = discovery.find(view)
    return {"words": words, "topics": [], "found": found, "page": 1, "too_fast": True}


@require_GET
def busiest(request: HttpRequest) -> HttpResponse:
    """Render the Spaces in the side column. While the column is not full, it reloads them when a
    Space starts (static/js/lists.js)."""
    return render(request, "spaces/_busiest.html", discovery.beside(live_view_of(request)))


@require_GET
@login_required
def bar(request: HttpRequest) -> HttpResponse:
    """Render the Spaces bar, which Home reloads when its people change."""
    return render(request, "spaces/_live_bar.html")
