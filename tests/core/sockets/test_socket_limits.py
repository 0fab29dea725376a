"""How many sockets may be open, counted without any."""

import resource

import pytest

from core.addresses import network_of_socket
from core.sockets.limits import (
    CROWDED,
    DISPLACED,
    FORGET_AT,
    ROOM,
    TOO_FAST,
    SocketLimits,
    SocketRefused,
    most_sockets,
)


class Socket:
    pass


@pytest.fixture
def limits(settings):
    settings.SOCKETS_PER_ADDRESS = 3
    settings.SOCKETS_PER_PROCESS = 5
    return SocketLimits()


def opened(limits, network="203.0.113.7", times=1):
    sockets = [Socket() for _ in range(times)]
    for socket in sockets:
        limits.open(socket, network)
    return sockets


def refusal(limits, network="203.0.113.7"):
    with pytest.raises(SocketRefused) as refused:
        limits.open(Socket(), network)
    return refused.value.close_code


def test_an_address_holds_so_many_and_another_address_its_own(limits):
    first, *_ = opened(limits, times=2)
    limits._addresses["203.0.113.7"].openings.tokens = 9
    opened(limits)
    assert refusal(limits) == CROWDED
    opened(limits, "203.0.113.8")
    limits.release(first)
    opened(limits)


def test_an_address_opens_only_so_many_in_a_while_even_if_it_closes_them(limits):
    for _ in range(3):
        for socket in opened(limits):
            limits.release(socket)
    assert refusal(limits) == TOO_FAST
    opened(limits, "203.0.113.8")


def test_the_process_holds_so_many(limits):
    for number in range(5):
        opened(limits, f"203.0.113.{number}")
    assert refusal(limits, "203.0.113.99") == CROWDED


def test_never_so_many_that_no_file_is_left(settings):
    settings.SOCKETS_PER_PROCESS = 10**9
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most_sockets() < files


def test_of_a_persons_own_the_oldest_gives_way(settings, limits):
    settings.SOCKETS_PER_ADDRESS = settings.SOCKETS_PER_PROCESS = 100
    sockets = opened(limits, times=ROOM.most_of_person + 1)
    told = [limits.claim(each, ROOM.owners("u1", None)) for each in sockets]
    assert told[:-1] == [{}] * ROOM.most_of_person
    assert [(each, why.close_code) for each, why in told[-1].items()] == [(sockets[0], DISPLACED)]
    assert sockets[0] not in limits.sockets


def test_a_browser_holds_fewer_than_a_person(settings, limits):
    settings.SOCKETS_PER_ADDRESS = settings.SOCKETS_PER_PROCESS = 100
    sockets = opened(limits, times=ROOM.most_of_session + 1)
    told = [limits.claim(each, ROOM.owners("u1", "session")) for each in sockets]
    assert list(told[-1]) == sockets[:1]


def test_what_closed_is_counted_nowhere(limits):
    (socket,) = opened(limits)
    limits.claim(socket, ROOM.owners("u1", "session"))
    limits.release(socket)
    limits.release(socket)
    assert (limits.sockets, limits._owners) == ({}, {})
    assert limits.claim(socket, ROOM.owners("u1", None)) == {}


def test_addresses_that_hold_nothing_are_forgotten(limits):
    for number in range(FORGET_AT * 2):
        for socket in opened(limits, f"2001:db8:{number:x}::"):
            limits.release(socket)
        limits._addresses[f"2001:db8:{number:x}::"].openings.tokens = 3
    assert len(limits._addresses) <= FORGET_AT


def scope(client, *forwarded):
    headers = [(b"host", b"testserver"), *((b"x-forwarded-for", each) for each in forwarded)]
    return {"client": client, "headers": headers}


@pytest.mark.parametrize(
    ("proxies", "client", "forwarded", "counted"),
    [
        (0, ["203.0.113.7", 4000], [], "203.0.113.7"),
        (0, ["203.0.113.7", 4000], [b"198.51.100.1"], "203.0.113.7"),  # anyone can write that
        (1, ["127.0.0.1", 4000], [b"198.51.100.1"], "198.51.100.1"),
        (1, ["127.0.0.1", 4000], [b"10.0.0.1, 198.51.100.1"], "198.51.100.1"),
        (2, ["127.0.0.1", 4000], [b"198.51.100.1", b"10.0.0.2"], "198.51.100.1"),
        (2, ["127.0.0.1", 4000], [b"198.51.100.1"], "127.0.0.1"),  # the proxies are set up wrongly
        (1, ["127.0.0.1", 4000], [b"2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::"),
        (0, None, [], ""),
    ],
)
def test_the_address_is_the_one_that_our_outermost_proxy_saw(
    settings, proxies, client, forwarded, counted
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert network_of_socket(scope(client, *forwarded)) == counted
