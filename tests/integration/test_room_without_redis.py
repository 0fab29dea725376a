"""The socket of a room while Redis is away, and once it is back."""

import asyncio

from spaces.actions import chat
from spaces.room.consumer import TRY_AGAIN
from tests.fixtures.room import in_thread


async def test_who_comes_while_redis_is_away_is_told_to_try_again(
    room, space, listener, redis_server
):
    await in_thread(redis_server.stop)
    page = await room.knock(space.public_id, listener)
    assert (await page.hear("refused"))["code"] == "unavailable"
    assert await page.close_code() == TRY_AGAIN


async def test_after_a_redis_restart_the_room_goes_on_and_misses_nothing(
    room, space, listener, redis_server
):
    page = await room.enter(space, listener)
    await in_thread(redis_server.stop)
    await in_thread(chat.say, space, author=listener, text="Into the void")
    await in_thread(redis_server.start)
    told = await page.hear("revision", timeout=15)
    assert told["rev"] == 2
    said = asyncio.ensure_future(page.hear("message", timeout=15))
    while not said.done():
        await in_thread(chat.say, space, author=listener, text="Back")
        await asyncio.wait({said}, timeout=0.5)
    assert (await said)["text"] == "Back"
    while (await page.hear("audience", timeout=20))["count"] != 1:
        pass
