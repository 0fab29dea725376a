"""The socket of a room while Redis is down, and after it is back."""

import asyncio

from core.sockets.close_codes import UNAVAILABLE
from spaces.actions import chat
from tests.fixtures.room import in_thread


async def test_connecting_while_redis_is_down_is_refused_with_try_again(
    room, space, listener, redis_server
):
    await in_thread(redis_server.stop)
    page = await room.connect(space.public_id, listener)
    assert (await page.receive("refused"))["code"] == "unavailable"
    assert await page.close_code() == UNAVAILABLE


async def test_after_a_redis_restart_the_room_works_and_has_missed_nothing(
    room, space, listener, redis_server
):
    page = await room.enter(space, listener)
    await in_thread(redis_server.stop)
    await in_thread(chat.send, space, author=listener, text="Into the void")
    await in_thread(redis_server.start)
    frame = await page.receive("revision", timeout=15)
    assert frame["rev"] == 2
    received = asyncio.ensure_future(page.receive("message", timeout=15))
    while not received.done():
        await in_thread(chat.send, space, author=listener, text="Back")
        await asyncio.wait({received}, timeout=0.5)
    assert (await received)["text"] == "Back"
    while (await page.receive("audience", timeout=20))["count"] != 1:
        pass
