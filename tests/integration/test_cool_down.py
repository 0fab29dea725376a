"""The cool-down after a removal applies to the networks that the person used in the Space."""

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
from spaces.actions import guests, lifecycle, removals
from spaces.models import Removal, Space
from spaces.room import cool_down, networks, presence
from tests.factories import make_host, make_user
from tests.fixtures.room import LiveRoom, in_thread

HOME, OFFICE, TRAIN = "203.0.113.7", "198.51.100.20", "192.0.2.33"


@pytest.fixture
async def database(both_databases: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Use new threads, since old ones keep connections to the database of the previous test."""
    await in_thread(drop_connection)
    with ThreadPoolExecutor(4) as threads:
        monkeypatch.setattr(core.database, "_threads", threads)
        yield
    await in_thread(drop_connection)


@pytest.fixture
def room(database: None, room: LiveRoom) -> LiveRoom:
    return room


def drop_connection() -> None:
    connections["default"].close()
    del connections["default"]


@pytest.fixture
async def open_space(room: object) -> Space:
    host = await in_thread(make_host)
    return await in_thread(lifecycle.start, host=host, title="Come in", open_to_guests=True)


@pytest.fixture
async def member(open_space: Space) -> User:
    """A member who signed in at the office and is at home now."""
    user: User = await in_thread(make_user, "rue")
    await in_thread(sign_in, user, OFFICE)
    return user


def sign_in(member: User, address: str) -> None:
    client = Client(REMOTE_ADDR=address)
    client.force_login(member)
    assert client.get("/").status_code == 200


def may_join(space: Space, address: str) -> bool:
    return cool_down.refusal_for(space, address) is None


async def test_the_cool_down_applies_only_to_a_removed_members_current_network(
    room, open_space, member
):
    await room.enter(open_space, member, client=HOME)
    await in_thread(removals.remove, open_space, user=member, by=open_space.host)
    assert await in_thread(may_join, open_space, HOME) is False
    assert await in_thread(may_join, open_space, OFFICE) is True
    assert await in_thread(may_join, open_space, TRAIN) is True


async def test_the_cool_down_applies_if_the_member_left_before_the_removal(
    room, open_space, member
):
    await room.enter(open_space, open_space.host, client=TRAIN)
    page = await room.enter(open_space, member, client=HOME)
    await page.close()
    await in_thread(removals.remove, open_space, user=member, by=open_space.host)
    assert await in_thread(may_join, open_space, HOME) is False


async def test_the_cool_down_applies_to_every_network_a_guest_used(room, open_space):
    joined = await in_thread(guests.join, open_space, {"guest": "t0k3n"}, network=HOME)
    await room.enter(open_space, None, guest="t0k3n", client=TRAIN)
    await in_thread(removals.remove_guest, open_space, key=joined.key, by=open_space.host)
    removal = await in_thread(Removal.objects.get)
    assert cool_down.hash_of(open_space, HOME) in removal.networks
    assert await in_thread(may_join, open_space, TRAIN) is False


async def test_the_cool_down_applies_to_a_member_who_listens_as_a_guest(room, open_space, member):
    await room.enter(open_space, None, guest="t0k3n", formerly=member, client=TRAIN)
    await in_thread(removals.remove, open_space, user=member, by=open_space.host)
    assert await in_thread(may_join, open_space, TRAIN) is False


async def test_networks_are_stored_again_after_redis_lost_them(
    room, open_space, member, monkeypatch
):
    monkeypatch.setattr(presence, "RENEW_EVERY", 0.1)
    await room.enter(open_space, member, client=HOME)
    seen = [cool_down.hash_of(open_space, HOME)]
    await in_thread(networks.forget, open_space.public_id)
    async with asyncio.timeout(5):
        while await in_thread(networks.networks_of, open_space.public_id, member.key) != seen:
            await asyncio.sleep(0.05)


async def test_redis_contains_hashed_networks_and_drops_them_at_the_end(room, open_space, member):
    await room.enter(open_space, member, client=HOME)
    address = f"networks:{open_space.public_id}"
    with redis.Redis.from_url(settings.REDIS_URL, decode_responses=True) as client:
        kept = client.hgetall(address)
        assert kept == {member.key: cool_down.hash_of(open_space, HOME)}
        assert HOME not in str(kept)
        assert 0 < client.ttl(address) <= networks.LIFETIME
        await in_thread(lifecycle.end, open_space, by=open_space.host)
        assert client.exists(address) == 0


async def test_the_newest_networks_of_a_person_are_kept(open_space):
    async with (
        redis.asyncio.Redis.from_url(settings.REDIS_URL) as client,
        client.pipeline() as pipe,
    ):
        for number in range(networks.MAX_NETWORKS + 2):
            networks.remember(pipe, open_space.public_id, [("u1", f"hash-{number:02}")])
        await pipe.execute()
    kept = await in_thread(networks.networks_of, open_space.public_id, "u1")
    assert kept == [f"hash-{number:02}" for number in range(networks.MAX_NETWORKS + 1, 1, -1)]
