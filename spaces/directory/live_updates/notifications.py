"""Tell open pages that their reader has a new notification, or has read the notifications.

Each web process subscribes to one Redis channel for each reader, so that notifying 100,000 people
costs only the processes where one of them has a page open. An announcement may be lost; a page
asks for the number whenever its socket opens.

A new notification reaches an open page in five steps: notifications/channels/notifications_page.py
creates it and sends a signal, spaces/receivers.py receives the signal, this module announces it,
static/js/page-socket.js receives the frame, and static/js/notifications/arrivals.js shows it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from redis import RedisError
from redis.asyncio.client import PubSub

from core import database, redis_clients
from core.throttle import Throttle
from notifications import unread
from spaces.directory.live_updates.pages import Page

log = structlog.get_logger(__name__)

PREFIX = "notified:"
NOBODY = f"{PREFIX}0"  # a subscription without any channel can't listen
SEND_EVERY = 0.25  # seconds; the first time after a tenth of that
MAX_NEW = 5  # notifications in one frame

New = dict[str, str]  # text and url of a notification


def announce(user_id: int, new: New | None = None) -> None:
    """Tell the person's open pages that there is a new notification, or that all were read."""
    try:
        redis_clients.shared().publish(f"{PREFIX}{user_id}", json.dumps(new))
    except RedisError as error:
        log.warning("notification_not_announced", error=repr(error))


class Notified:
    """The signed-in readers who have pages open in this process."""

    def __init__(self, send: Callable[[Page, dict[str, Any]], Awaitable[None]]) -> None:
        self._send = send
        self._pages: dict[int, set[Page]] = {}
        self._subscription: PubSub | None = None
        self._changing = asyncio.Lock()  # held to subscribe or unsubscribe
        self._ready = asyncio.Event()
        self._new: dict[int, list[New]] = {}  # what to send to all pages of a reader
        self._asking: set[Page] = set()
        self._sending = Throttle(SEND_EVERY, self._send_all)

    async def join(self, page: Page) -> None:
        """Add a page. From now on it gets its reader's notifications, unless Redis is down."""
        if page.user_id is None:
            return
        pages = self._pages.setdefault(page.user_id, set())
        pages.add(page)
        await self._ready.wait()
        async with self._changing:
            if len(pages) > 1 or self._subscription is None:
                return
            try:
                await self._subscription.subscribe(f"{PREFIX}{page.user_id}")
            except RedisError as error:  # `receive` subscribes to all when Redis is back
                log.warning("notifications_not_subscribed", error=repr(error))

    def leave(self, page: Page) -> None:
        self._asking.discard(page)
        if page.user_id is None or page.user_id not in self._pages:
            return
        self._pages[page.user_id].discard(page)
        if not self._pages[page.user_id]:
            del self._pages[page.user_id]

    def request(self, page: Page) -> None:
        """Soon send the page the number of unread notifications."""
        if page.user_id is not None:
            self._asking.add(page)
            self._sending.request()

    async def receive(self) -> None:
        """Receive announcements until the connection to Redis is lost."""
        client = redis_clients.connect_async()
        try:
            async with client.pubsub(ignore_subscribe_messages=True) as subscription:
                async with self._changing:
                    readers = [f"{PREFIX}{user_id}" for user_id in self._pages]
                    await subscription.subscribe(NOBODY, *readers)
                    self._subscription = subscription
                self._ready.set()
                async for message in subscription.listen():
                    await self._handle(subscription, message["channel"], message["data"])
        finally:
            self._subscription = None
            self._ready.set()  # without Redis, pages don't wait either
            await client.aclose()

    async def _handle(self, subscription: PubSub, channel: str, data: str) -> None:
        user_id = int(channel.removeprefix(PREFIX))
        async with self._changing:
            if user_id not in self._pages:  # the last page was closed in the meantime
                await subscription.unsubscribe(channel)
                return
        new = json.loads(data)
        self._new.setdefault(user_id, []).extend([new] if new else [])
        self._sending.request()

    async def _send_all(self) -> None:
        new, self._new = self._new, {}
        asking, self._asking = self._asking, set()
        readers = new.keys() | {page.user_id for page in asking if page.user_id is not None}
        counts = await database.run(unread.counts, readers)
        for user_id in new:
            frame = frame_of(counts[user_id], new[user_id])
            for page in list(self._pages.get(user_id, ())):
                await self._send(page, frame)
        for page in asking:
            if page.user_id is not None and page.user_id not in new:
                await self._send(page, frame_of(counts[page.user_id], []))


def frame_of(unread_count: int, new: list[New]) -> dict[str, Any]:
    """Return a frame for a page (docs/protocol.md, "Every page")."""
    return {"t": "notified", "unread": unread_count, "new": new[-MAX_NEW:]}
