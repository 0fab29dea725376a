"""The cool-down after a removal counts where people are now, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis.asyncio
from django.conf import settings
from django.db import connections
from django.test import Client

import core.database
from accounts.models import User
from spaces.actions import guests, lifecycle, moderation
from spaces.models import Removal, Space
from spaces.room import cool_down, networks, presence
from tests.factories import make_host, make_user
from tests.fixtures.room import LiveRoom, in_thread

HOME, OFFICE, TRAIN = "203.0.113.7", "198.51.100.20", "192.0.2.33"


@pytest.fixture
async def database(both_databases: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Threads keep a connection's settings: those of the room would go on with the database of the
    test before."""
    await in_thread(forget_connection)
    with ThreadPoolExecutor(4) as threads:
        monkeypatch.setattr(core.database, "_threads", threads)
        yield
    await in_thread(forget_connection)


@pytest.fixture
def room(database: None, room: LiveRoom) -> LiveRoom:
    return room


def forget_connection() -> None:
    connections["default"].close()
    del connections["default"]


@pytest.fixture
async def open_space(room: object) -> Space:
    host = await in_thread(make_host)
    return await in_thread(lifecycle.start, host=host, title="Come in", open_to_guests=True)


@pytest.fixture
async def rue(open_space: Space) -> User:
    """A member who signed in at the office, and is at home now."""
    member: User = await in_thread(make_user, "rue")
    await in_thread(sign_in, member, OFFICE)
    return member


def sign_in(member: User, address: str) -> None:
    client = Client(REMOTE_ADDR=address)
    client.force_login(member)
    assert client.get("/").status_code == 200


def may_join(space: Space, address: str) -> bool:
    return cool_down.running(space, address) is None


async def test_a_removed_member_waits_where_they_are_and_not_where_they_signed_in(
    room, open_space, rue
):
    await room.enter(open_space, rue, client=HOME)
    await in_thread(moderation.remove, open_space, user=rue, by=open_space.host)
    assert await in_thread(may_join, open_space, HOME) is False
    assert await in_thread(may_join, open_space, OFFICE) is True
    assert await in_thread(may_join, open_space, TRAIN) is True


async def test_leaving_just_before_the_removal_is_no_way_around_it(room, open_space, rue):
    await room.enter(open_space, open_space.host, client=TRAIN)
    page = await room.enter(open_space, rue, client=HOME)
    await page.close()
    await in_thread(moderation.remove, open_space, user=rue, by=open_space.host)
    assert await in_thread(may_join, open_space, HOME) is False


async def test_a_guest_who_moved_to_another_network_waits_there_too(room, open_space):
    joined = await in_thread(guests.welcome, open_space, {"guest": "t0k3n"}, network=HOME)
    await room.enter(open_space, None, guest="t0k3n", client=TRAIN)
    await in_thread(moderation.remove_guest, open_space, key=joined.key, by=open_space.host)
    removal = await in_thread(Removal.objects.get)
    assert cool_down.hash_of(open_space, HOME) in removal.networks
    assert await in_thread(may_join, open_space, TRAIN) is False


async def test_a_member_who_signed_out_and_listens_as_a_guest_is_found_as_well(
    room, open_space, rue
):
    await room.enter(open_space, None, guest="t0k3n", formerly=rue, client=TRAIN)
    await in_thread(moderation.remove, open_space, user=rue, by=open_space.host)
    assert await in_thread(may_join, open_space, TRAIN) is False


async def test_networks_are_known_again_after_redis_lost_them(room, open_space, rue, monkeypatch):
    monkeypatch.setattr(presence, "RENEW_EVERY", 0.1)
    await room.enter(open_space, rue, client=HOME)
    seen = [cool_down.hash_of(open_space, HOME)]
    await in_thread(networks.forget, open_space.public_id)
    async with asyncio.timeout(5):
        while await in_thread(networks.networks_of, open_space.public_id, rue.key) != seen:
            await asyncio.sleep(0.05)


async def test_redis_holds_no_address_and_forgets_at_the_end(room, open_space, rue):
    await room.enter(open_space, rue, client=HOME)
    address = f"networks:{open_space.public_id}"
    with redis.Redis.from_url(settings.REDIS_URL, decode_responses=True) as client:
        kept = client.hgetall(address)
        assert kept == {rue.key: cool_down.hash_of(open_space, HOME)}
        assert HOME not in str(kept)
        assert 0 < client.ttl(address) <= networks.LASTS
        await in_thread(lifecycle.end, open_space, by=open_space.host)
        assert client.exists(address) == 0


async def test_of_one_person_the_newest_networks_are_kept(open_space):
    async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as client:
        for number in range(networks.MOST + 2):
            await networks.remember(client, open_space.public_id, [("u1", f"hash-{number:02}")])
    kept = await in_thread(networks.networks_of, open_space.public_id, "u1")
    assert kept == [f"hash-{number:02}" for number in range(networks.MOST + 1, 1, -1)]
