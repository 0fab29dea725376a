"""Finding a Space: the page of all that is live, and the bar of those whom one follows."""

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
from spaces.directory.live_people import Seen, seen_by
from spaces.forms import SearchForm

SEARCHING = "120/minute"  # results come while one types


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """`?q=` words, `?topic=` slug, `?page=`, `?until=` a page, `?since=`: what is newer first.

    What cannot be is ignored: it is only a search.
    """
    form = SearchForm(request.GET)
    form.is_valid()
    words, topic = form.cleaned_data.get("q", ""), form.cleaned_data.get("topic")
    page, until = form.cleaned_data.get("page") or 1, form.cleaned_data.get("until")
    since = form.cleaned_data.get("since")
    seen = seen_by(request)
    refused = _too_many_searches(request) if words else None
    if refused is not None:
        return responses.again(request, "spaces/index.html", _unsearched(seen, words), why=refused)
    topics = discovery.live_topics(seen)
    if topic is not None:  # first, so that it is seen; also where nobody is live in it
        topics = [topic, *(each for each in topics if each != topic)]
    context = {
        "words": words,
        "topic": topic,
        "topics": topics,
        "found": discovery.find(
            seen, words=words, topic=topic, page=page, until=until, since=since
        ),
        "page": page,
        "since": since,
    }
    return render(request, "spaces/index.html", context)


def _too_many_searches(request: HttpRequest) -> TooFast | None:
    """Of a person, or of a stranger's address: words are looked for in all that is live."""
    user = request.user
    who = user.key if isinstance(user, User) else network_of(request)
    try:
        spend(SEARCHING, "search", who)
    except TooFast as refusal:
        return refusal
    return None


def _unsearched(seen: Seen, words: str) -> dict[str, Any]:
    """The page with all that is live, which one reading has found already."""
    found = discovery.find(seen)
    return {"words": words, "topics": [], "found": found, "page": 1, "too_fast": True}


@require_GET
def busiest(request: HttpRequest) -> HttpResponse:
    """The fragment that the column beside a page fetches anew when something begins."""
    return render(request, "spaces/_busiest.html", discovery.beside(seen_by(request)))


@require_GET
@login_required
def bar(request: HttpRequest) -> HttpResponse:
    """The fragment that Home fetches anew when somebody goes live."""
    return render(request, "timeline/_bar.html")
