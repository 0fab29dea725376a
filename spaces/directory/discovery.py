"""Lists of live Spaces. Spaces with people whom the reader follows come first, then those with the
most listeners."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.readers import id_of, with_id
from core.prepared_queries import prepared
from spaces.directory.cards import Card, cards_of
from spaces.directory.live_index import Stage
from spaces.directory.live_view import LiveView
from spaces.directory.search import matching
from spaces.models import Space, Topic

PAGE = 20
MAX_PAGES = 10  # in one response
BESIDE = 3  # Spaces in the side column of a page


@dataclass(frozen=True)
class Found:
    cards: list[Card]
    total: int
    last_page: int
    next_page: int | None
    newest: str  # start of the newest live Space, in seconds since 1970; "0" if there is none


def find(
    view: LiveView,
    *,
    words: str = "",
    topic: Topic | None = None,
    page: int = 1,
    until: int | None = None,
    since: float | None = None,
) -> Found:
    """Return one page of the ranked list, or all pages from `page` to `until`. Spaces that started
    after `since` come first, because the reader asked to see new Spaces."""
    ranked = _ranked(_filtered(view.stages, words, topic), view)
    if since is not None:
        ranked.sort(key=lambda stage: stage.started_at.timestamp() <= since)
    last = min(max(page, until or page), page + MAX_PAGES - 1)
    shown = [stage.pk for stage in ranked[(page - 1) * PAGE : last * PAGE]]
    cards = cards_of(shown, view.reader)
    return Found(
        cards=[cards[pk] for pk in shown if pk in cards],
        total=len(ranked),
        last_page=last,
        next_page=last + 1 if len(ranked) > last * PAGE else None,
        newest=newest(view),
    )


def newest(view: LiveView) -> str:
    """Return when the newest live Space started, as in `Found.newest`."""
    return repr(view.stages[0].started_at.timestamp()) if view.stages else "0"


def beside(view: LiveView) -> dict[str, Any]:
    """Return the context of `spaces/_busiest.html`."""
    return {"cards": busiest(view, BESIDE), "newest": newest(view), "shown": BESIDE}


def busiest(view: LiveView, limit: int) -> list[Card]:
    """Return cards of the Spaces with the most listeners. The cards have no speakers, because they
    are shown in small places."""
    ranked = sorted(view.stages, key=view.listeners, reverse=True)[:limit]
    if not ranked:
        return []
    spaces = {space.pk: space for space in _with_hosts([stage.pk for stage in ranked])}
    return [
        Card(space=space, host=space.host, topics=[], speakers=[], listeners=view.listeners(stage))
        for stage in ranked
        if (space := spaces.get(stage.pk))
    ]


@prepared
def _with_hosts(ids: list[int]) -> QuerySet[Space]:
    return Space.objects.live().filter(pk__in=ids).select_related("host").order_by()


def listed_topics(view: LiveView) -> list[Topic]:
    """Return the topics of the live and the scheduled Spaces that the reader may see."""
    return _topics_of([stage.pk for stage in view.stages] or None, id_of(view.reader))


@prepared
def _topics_of(live: list[int] | None, reader_id: int | None) -> QuerySet[Topic]:
    """Select the topics of these live Spaces, and of the scheduled ones that the reader may see."""
    scheduled = Space.objects.scheduled().visible_to(with_id(reader_id)).values("pk")
    shown = Space.objects.filter(Q(pk__in=live or []) | Q(pk__in=scheduled))
    return Topic.objects.filter(spaces__in=shown).distinct()


def _filtered(stages: list[Stage], words: str, topic: Topic | None) -> list[Stage]:
    if not words and topic is None:
        return stages
    spaces = Space.objects.live()
    if topic is not None:
        spaces = spaces.filter(topics=topic)
    if words:
        spaces = matching(spaces, words)
    found = set(spaces.values_list("pk", flat=True))
    return [stage for stage in stages if stage.pk in found]


def _ranked(stages: list[Stage], view: LiveView) -> list[Stage]:
    """Sort Spaces with followed people first, then by listeners. Spaces that are equal in both stay
    in the order of `stages`, the newest first."""
    if not stages:
        return []
    followed = set(view.followed)
    return sorted(
        stages,
        key=lambda stage: (
            followed.isdisjoint(seat.user_id for seat in stage.seats),
            -view.listeners(stage),
        ),
    )
