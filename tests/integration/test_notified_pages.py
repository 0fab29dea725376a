"""Open pages receive the notifications of their reader, over a real Redis."""

import asyncio

from redis import RedisError

from core import redis_clients
from notifications import inbox
from spaces.directory.live_updates.notifications import PREFIX
from tests.factories import make_user, signed_in
from tests.fixtures.room import in_thread


def notify(user, text="The copy of your data is ready"):
    inbox.notify(user, kind="export", text=text)


def count_subscribers(user):
    """Return how many processes wait for notifications for this person."""
    try:
        return redis_clients.shared().pubsub_numsub(f"{PREFIX}{user.pk}")[0][1]
    except RedisError:
        return 0


async def test_a_notification_is_announced_on_all_pages_of_its_person(open_page):
    ana, ben = await in_thread(make_user), await in_thread(make_user, name="Ben")
    pages, other = [await open_page(ana), await open_page(ana)], await open_page(ben)
    await in_thread(lambda: signed_in(ben).post(f"/@{ana.handle}/follow/"))
    for page in pages:
        frame = await page.receive("notified")
        new = [{"text": "Ben follows you", "url": ben.get_absolute_url()}]
        assert frame == {"t": "notified", "unread": 1, "new": new}
    await other.receives_nothing_else()


async def test_pages_learn_that_the_notifications_were_read(open_page):
    ana = await in_thread(make_user)
    page = await open_page(ana)
    await in_thread(notify, ana)
    assert (await page.receive("notified"))["unread"] == 1
    await in_thread(lambda: signed_in(ana).get("/notifications/"))
    assert await page.receive("notified") == {"t": "notified", "unread": 0, "new": []}


async def test_a_signed_in_page_can_ask_for_the_unread_count(open_page):
    ana = await in_thread(make_user)
    await in_thread(notify, ana)
    page, stranger = await open_page(ana), await open_page()
    await page.send({"t": "unread"})
    assert await page.receive("notified") == {"t": "notified", "unread": 1, "new": []}
    await stranger.send({"t": "unread"})
    await stranger.receives_nothing_else()


async def test_a_notification_after_a_restart_of_redis_is_announced(open_page, redis_server):
    ana = await in_thread(make_user)
    page = await open_page(ana)
    await in_thread(redis_server.stop)
    await in_thread(redis_server.start)
    while not await in_thread(count_subscribers, ana):
        await asyncio.sleep(0.05)
    await in_thread(notify, ana)
    assert (await page.receive("notified"))["unread"] == 1


async def test_many_notifications_at_once_are_announced_in_one_frame(open_page):
    ana = await in_thread(make_user)
    page = await open_page(ana)
    await in_thread(lambda: [notify(ana, text=f"Message {number}") for number in range(7)])
    frame = await page.receive("notified")
    while frame["unread"] < 7:
        frame = await page.receive("notified")
    assert (len(frame["new"]) <= 5, frame["new"][-1]["text"]) == (True, "Message 6")
