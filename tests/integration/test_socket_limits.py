"""Too many sockets: new ones are refused, or replace the oldest of the same person."""

import asyncio
import contextlib

import pytest
from channels.layers import get_channel_layer

from config import probes
from core.sockets.close_codes import CROWDED, DISPLACED, TOO_FAST
from core.sockets.limits import PAGE, ROOM, get_socket_limits
from spaces.directory.live_updates.open_pages import get_open_pages
from spaces.room.hub import get_hub
from tests.factories import make_user
from tests.fixtures.room import AnyPage, in_thread


@pytest.fixture
async def pages(room):
    get_open_pages.cache_clear()
    yield room
    for page in room.pages:
        await page.close()
    await get_open_pages().stop()
    await get_channel_layer().flush()


async def open_page(pages, user=None):
    return await pages.connect("", user, kind=AnyPage)


async def test_too_many_sockets_from_one_ip_address_are_refused_and_none_is_closed(pages, settings):
    settings.SOCKETS_PER_ADDRESS = 3
    connected = [await open_page(pages) for _ in range(3)]
    get_socket_limits()._networks[""].openings.tokens = 3
    refused = await open_page(pages)
    words = await refused.receive("refused")
    assert (words["code"], await refused.close_code()) == ("crowded", CROWDED)
    assert "try again" in words["message"]
    for page in connected:
        await page.send({"t": "beat"})
        await page.receive("beat")
    await connected[0].close()
    again = await open_page(pages)
    await again.receive("hello")


async def test_opening_and_closing_sockets_too_often_is_refused(pages, settings):
    settings.SOCKETS_PER_ADDRESS = 5
    for _ in range(5):
        await (await open_page(pages)).close()
    refused = await open_page(pages)
    assert (await refused.receive("refused"))["code"] == "too_fast"
    assert await refused.close_code() == TOO_FAST


async def test_a_full_process_refuses_sockets_and_is_unhealthy(pages, settings, space):
    settings.SOCKETS_PER_PROCESS = 2
    await (await open_page(pages)).receive("hello")
    assert probes.probe_sockets() == {"held": 1, "most": 2}
    settings.SOCKETS_PER_PROCESS = 1
    with pytest.raises(probes.Unhealthy, match="all 1 are in use"):
        probes.probe_sockets()
    refused = await pages.connect(space.public_id, await in_thread(make_user))
    assert (await refused.receive("refused"))["code"] == "crowded"
    assert await refused.close_code() == CROWDED


async def test_a_persons_oldest_room_sockets_are_closed_beyond_the_limit(pages, space):
    person = await in_thread(make_user)
    sockets = [await pages.enter(space, person) for _ in range(ROOM.max_per_person + 2)]
    for oldest in sockets[:2]:
        assert (await oldest.receive("refused"))["code"] == "too_many_sockets"
        assert await oldest.close_code() == DISPLACED
    for page in sockets[2:]:
        await page.send({"t": "beat"})
        await page.receive("beat")
    for oldest in sockets[:2]:
        await oldest.close()
    assert len(get_hub().rooms[space.public_id].sockets) == ROOM.max_per_person


async def test_a_guests_oldest_room_sockets_are_closed_beyond_the_limit(pages, space):
    await in_thread(type(space).objects.filter(pk=space.pk).update, open_to_guests=True)
    guests = {"guest": "Zm9vYmFyYmF6"}
    sockets = [await pages.enter(space, None, **guests) for _ in range(ROOM.max_per_person + 1)]
    assert await sockets[0].close_code() == DISPLACED


async def test_a_persons_oldest_page_sockets_are_closed_beyond_the_limit(pages, ana):
    sockets = [await open_page(pages, ana) for _ in range(PAGE.max_per_person + 1)]
    assert await sockets[0].close_code() == DISPLACED
    await sockets[0].close()
    await sockets[-1].receive("hello")
    assert len(get_open_pages().pages) == PAGE.max_per_person


async def test_a_socket_that_was_cancelled_is_no_longer_counted(pages, space):
    page = await pages.enter(space, await in_thread(make_user))
    assert len(get_socket_limits().sockets) == 1
    page.socket.future.cancel()  # as the server does with a socket that takes too long to close
    pages.pages.clear()
    with contextlib.suppress(asyncio.CancelledError):
        await page.socket.wait()
    assert get_socket_limits().sockets == {}
