"""The shipped coturn configuration, and the credentials of a room, in a real coturn."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aioice import turn
from aioice.stun import Class, Message, Method, TransactionFailed

from spaces.room import ice_servers
from spaces.room.ice_servers import credentials
from tests.fixtures.relay import SECRET, Relay, has_ipv6

NODE = "127.0.0.1"
PRIVATE = [
    "0.0.0.1",
    "10.0.0.1",
    "10.255.255.254",
    "100.64.0.1",
    "127.0.0.2",
    "169.254.169.254",  # the metadata service of clouds
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "192.168.255.254",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
]
PRIVATE_IPV6 = [
    "::1",
    "::7f00:1",  # IPv4 in IPv6, in each notation
    "::ffff:0:a00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2001::1",
    "2002:a00:1::1",
    "fc00::1",
    "fd00:ec2::254",  # the metadata service of clouds
    "fe80::1",
    "ff02::1",
]
PUBLIC, PUBLIC_IPV6 = "8.8.8.8", "2606:4700::1111"  # permission is requested, but nothing is sent


@pytest.fixture(autouse=True)
def secret(settings: Any) -> None:
    settings.TURN_SECRET = SECRET


@asynccontextmanager
async def allocation(
    relay: Relay,
    username: str,
    credential: str,
    *,
    transport: str = "udp",
    host: str = "127.0.0.1",
) -> AsyncIterator[Any]:
    """Allocate an address on the relay; raise TransactionFailed if it refuses."""
    options: dict[str, Any] = {"transport": transport}
    port = relay.port
    if transport == "tls":
        trusted = ssl.create_default_context(cafile=str(relay.certificate))
        options, port = {"transport": "tcp", "ssl": trusted}, relay.tls_port
    endpoint, _ = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol, (host, port), username, credential, **options
    )
    client = endpoint._TurnTransport__inner_protocol
    try:
        yield client
    finally:
        await client.delete()


async def permission_for(client: Any, address: str) -> int:
    """Return 0, or the error code with which the relay refuses this peer address."""
    request = Message(message_method=Method.CREATE_PERMISSION, message_class=Class.REQUEST)
    request.attributes["XOR-PEER-ADDRESS"] = (address, 20777)
    try:
        await client.request_with_retry(request)
    except TransactionFailed as refusal:
        return int(refusal.response.error_code)
    return 0


async def refusal_of(relay: Relay, username: str, credential: str, **options: Any) -> int:
    """Return 0, or the error code with which the relay refuses these credentials."""
    try:
        async with allocation(relay, username, credential, **options):
            return 0
    except TransactionFailed as refusal:
        return int(refusal.response.error_code)


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_the_relay_accepts_only_our_credentials(relay, settings, monkeypatch, transport):
    username, credential = credentials("u1")
    expires, _, person = username.partition(":")
    prolonged = f"{int(expires) + 3600}:{person}"
    someone_else = f"{expires}:{person[::-1]}"
    assert await refusal_of(relay, username, credential, transport=transport) == 0
    for forged in (prolonged, someone_else, person):
        assert await refusal_of(relay, forged, credential, transport=transport) == 401

    settings.TURN_SECRET = "another relay's secret"
    assert await refusal_of(relay, *credentials("u1"), transport=transport) == 401

    settings.TURN_SECRET = SECRET
    monkeypatch.setattr(ice_servers, "LIFETIME", timedelta(seconds=-1))
    assert await refusal_of(relay, *credentials("u1"), transport=transport) == 401


async def test_the_relay_sends_only_to_the_audio_node(relay):
    async with allocation(relay, *credentials("u1")) as client:
        assert await permission_for(client, NODE) == 0
        for address in [*PRIVATE, PUBLIC]:
            assert (address, await permission_for(client, address)) == (address, 403)


@pytest.mark.skipif(not has_ipv6(), reason="needs IPv6")
async def test_the_relay_sends_to_nobody_by_ipv6(relay):
    async with allocation(relay, *credentials("u1"), host="::1") as client:
        for address in [*PRIVATE_IPV6, PUBLIC_IPV6]:
            assert (address, await permission_for(client, address)) == (address, 403)


async def test_private_addresses_are_denied_even_if_public_ones_are_allowed(
    relay_that_denies_only_special_ranges,
):
    """This is the configuration for a node without a fixed IP address."""
    relay = relay_that_denies_only_special_ranges
    async with allocation(relay, *credentials("u1")) as client:
        assert await permission_for(client, PUBLIC) == 0
        for address in PRIVATE:
            assert (address, await permission_for(client, address)) == (address, 403)
    if not has_ipv6():
        return
    async with allocation(relay, *credentials("u1"), host="::1") as client:
        assert await permission_for(client, PUBLIC_IPV6) == 0
        for address in PRIVATE_IPV6:
            assert (address, await permission_for(client, address)) == (address, 403)


async def test_the_relays_quota_counts_per_person_across_credentials(relay, monkeypatch):
    quota = 48  # user-quota of the shipped file
    made = []
    for number in range(quota + 1):
        monkeypatch.setattr(ice_servers, "LIFETIME", timedelta(hours=1, seconds=number))
        made.append(credentials("u7"))
    assert len({username for username, _ in made}) == quota + 1
    async with contextlib.AsyncExitStack() as allocations:
        for username, credential in made[:-1]:
            # TCP is used because one lost UDP datagram would cost half a minute.
            one = allocation(relay, username, credential, transport="tcp")
            await allocations.enter_async_context(one)
        assert await refusal_of(relay, *made[-1]) == 486
        assert await refusal_of(relay, *credentials("u2")) == 0
