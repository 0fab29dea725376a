"""Answer the `watch` and `list` frames of pages, many pages at a time.

Each answer needs the database: for blocks, for cards of ended Spaces, for the filter of a list.
So requests that arrive within a moment are answered together, and the number of queries per second
grows neither with the number of sockets nor with the number of frames.
"""

from collections.abc import Awaitable, Callable

from core.throttle import Throttle
from spaces.directory.live_updates.cards import Cards
from spaces.directory.live_updates.lists import Lists
from spaces.directory.live_updates.pages import Page

ANSWER_EVERY = 0.25  # seconds; the first answer is sent after a tenth of that
MAX_BATCH_CARDS = 2000  # on the pages that are answered together


class WatchAnswers:
    def __init__(
        self,
        open_pages: set[Page],
        *,
        send_people: Callable[[list[Page]], Awaitable[None]],
        cards: Cards,
        lists: Lists,
    ) -> None:
        """`open_pages` is a set of pages that the owner of this object keeps up to date.
        `send_people` sends pages which of their people are live."""
        self._open_pages = open_pages
        self._send_people = send_people
        self._cards = cards
        self._lists = lists
        self._watching: dict[Page, None] = {}  # in the order of their requests
        self._listing: dict[Page, None] = {}
        self._answering = Throttle(ANSWER_EVERY, self._answer)

    def request(self, page: Page) -> None:
        """Soon send the page which of its people are live, and the states of its Spaces."""
        self._watching[page] = None
        self._answering.request()

    def request_list(self, page: Page) -> None:
        """Soon send the page the Spaces that are newer than its list."""
        self._listing[page] = None
        self._answering.request()

    def leave(self, page: Page) -> None:
        self._watching.pop(page, None)
        self._listing.pop(page, None)

    async def _answer(self) -> None:
        watching, listing = self._next_batch(), dict.fromkeys(self._listing)
        self._listing.clear()
        try:
            await self._send_people(list(watching))
            await self._cards.send(set(watching))
            await self._lists.send(set(listing))
        except Exception:  # the database can't be reached; retry until it can
            self._watching = self._still_open([*watching, *self._watching])
            self._listing = self._still_open([*listing, *self._listing])
            raise
        finally:
            if self._watching or self._listing:
                self._answering.request()

    def _next_batch(self) -> list[Page]:
        """Return the pages to answer now; the others wait for the next round."""
        batch: list[Page] = []
        cards = 0
        for page in list(self._watching):
            cards += len(page.cards)
            if batch and cards > MAX_BATCH_CARDS:
                break
            batch.append(page)
            del self._watching[page]
        return batch

    def _still_open(self, pages: list[Page]) -> dict[Page, None]:
        return dict.fromkeys(page for page in pages if page in self._open_pages)
