"""Answer pages that say what they show (`watch`) and list (`list`), many pages at a time.

Each answer needs the database: for blocks, for cards of Spaces that are over, for what belongs on a
narrowed list. Requests that come within a moment are therefore answered together, so the number of
queries per second does not grow with the number of sockets or of their frames.
"""

from typing import TYPE_CHECKING

from core.throttle import Throttle
from spaces.directory.push.pages import Page, blocked_pairs, ids_of

if TYPE_CHECKING:
    from spaces.directory.push.rings import Rings

ANSWER_EVERY = 0.25  # seconds; the first answer comes after a tenth of that
MOST_CARDS = 2000  # on the pages that are answered together


class WatchAnswers:
    def __init__(self, rings: "Rings") -> None:
        self._rings = rings
        self._watching: dict[Page, None] = {}  # in the order of their requests
        self._listing: dict[Page, None] = {}
        self._answering = Throttle(ANSWER_EVERY, self._answer)

    def ask(self, page: Page) -> None:
        """Tell the page soon which of its people and Spaces are live."""
        self._watching[page] = None
        self._answering.ask()

    def ask_list(self, page: Page) -> None:
        """Tell the page soon what began since its list was made."""
        self._listing[page] = None
        self._answering.ask()

    def leave(self, page: Page) -> None:
        self._watching.pop(page, None)
        self._listing.pop(page, None)

    async def _answer(self) -> None:
        watching, listing = self._next(), dict.fromkeys(self._listing)
        self._listing.clear()
        try:
            await self._rings.send_live(list(watching))
            await self._rings.cards.send(set(watching))
            await self._rings.lists.send(set(listing))
        except Exception:  # the database is away: try again until it is back
            here = self._rings.pages
            self._watching = {each: None for each in [*watching, *self._watching] if each in here}
            self._listing = {each: None for each in [*listing, *self._listing] if each in here}
            raise
        finally:
            if self._watching or self._listing:
                self._answering.ask()

    def _next(self) -> list[Page]:
        """Return the pages to answer now; the others wait for the next round."""
        chosen: list[Page] = []
        cards = 0
        for page in list(self._watching):
            cards += len(page.cards)
            if chosen and cards > MOST_CARDS:
                break
            chosen.append(page)
            del self._watching[page]
        return chosen


async def blocks_around(rings: "Rings", pages: list[Page]) -> set[tuple[int, int]]:
    """Return the pairs (host, reader) with a block between them, of all hosts on these pages."""
    asked: set[int] = set()
    blocked: set[tuple[int, int]] = set()
    while new := _hosts(rings, pages) - asked:  # more may come on a stage meanwhile
        blocked |= await blocked_pairs(new, ids_of(pages))
        asked |= new
    return blocked


def _hosts(rings: "Rings", pages: list[Page]) -> set[int]:
    people = rings.people
    return {people[key].host_id for page in pages for key in page.watched & people.keys()}
