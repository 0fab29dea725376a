"""The listeners of a room are announced by one web process for all."""

import asyncio

import pytest
from channels.layers import get_channel_layer
from redis.asyncio import Redis

from spaces.room import presence
from spaces.room.audience import AudienceAnnouncer
from spaces.room.publish import group_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def processes(redis_server, space):
    """Two web processes with pages in the same room, and what they announce."""
    async with Redis.from_url(redis_server.url, decode_responses=True) as client:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(group_of(space.public_id), channel)
        yield Processes(client, space.public_id, layer.receive, channel)


class Processes:
    def __init__(self, client, space_id, receive, channel):
        self.client, self.space_id = client, space_id
        self.first, self.second = (AudienceAnnouncer(client, space_id) for _ in range(2))
        self._receive, self._channel = receive, channel

    async def join(self, key):
        async with self.client.pipeline() as pipe:
            presence.renew(pipe, self.space_id, [key])
            await pipe.execute()

    async def come_to_rest(self):
        while self.first._throttle.due or self.second._throttle.due:
            await asyncio.sleep(0.01)

    async def announced(self):
        """Return the text of the next announcement, which all processes receive."""
        message = await asyncio.wait_for(self._receive(self._channel), 5)
        self.first.last = self.second.last = message["text"]
        return message["text"]

    async def assert_nothing_else_was_announced(self):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(self._receive(self._channel), 0.2)


def count(number):
    return f'"count":{number}'


async def test_two_processes_with_the_same_news_announce_it_once(processes):
    await processes.join("g1")
    processes.first.request()
    processes.second.request()
    assert count(1) in await processes.announced()
    await processes.come_to_rest()
    await processes.assert_nothing_else_was_announced()


async def test_the_process_that_announces_looks_for_the_news_of_others(processes):
    await processes.join("g1")
    processes.first.request()
    assert count(1) in await processes.announced()
    await processes.join("g2")
    processes.second.request()
    await processes.second._throttle.due
    assert processes.first._throttle.due, "the lease is still held"
    assert count(2) in await processes.announced()


async def test_after_the_process_that_announces_has_died_another_one_announces(processes):
    lease = f"audience-announcer:{processes.space_id}"
    await processes.client.set(lease, "a process that has died", px=60_000)
    await processes.join("g1")
    processes.first.request()
    await processes.come_to_rest()
    await processes.assert_nothing_else_was_announced()
    assert await processes.client.pttl(lease) > 0
    await processes.client.delete(lease)  # as if it had expired
    processes.second.request()
    assert count(1) in await processes.announced()
