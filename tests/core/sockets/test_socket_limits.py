"""Limits on the number of open sockets, tested without real sockets."""

import resource

import pytest

from core.addresses import network_of_socket
from core.sockets.close_codes import CROWDED, DISPLACED, TOO_FAST
from core.sockets.limits import (
    FORGET_AT,
    ROOM,
    SocketLimits,
    SocketRefused,
    max_sockets,
)


class Socket:
    pass


@pytest.fixture
def limits(settings):
    settings.SOCKETS_PER_ADDRESS = 3
    settings.SOCKETS_PER_PROCESS = 5
    return SocketLimits()


def open_sockets(limits, network="203.0.113.7", times=1):
    sockets = [Socket() for _ in range(times)]
    for socket in sockets:
        limits.open(socket, network)
    return sockets


def refused_code(limits, network="203.0.113.7"):
    with pytest.raises(SocketRefused) as refused:
        limits.open(Socket(), network)
    return refused.value.close_code


def test_every_ip_address_has_its_own_limit_of_open_sockets(limits):
    first, *_ = open_sockets(limits, times=2)
    limits._networks["203.0.113.7"].openings.tokens = 9
    open_sockets(limits)
    assert refused_code(limits) == CROWDED
    open_sockets(limits, "203.0.113.8")
    limits.release(first)
    open_sockets(limits)


def test_an_ip_address_may_open_a_limited_number_of_sockets_in_a_period(limits):
    for _ in range(3):
        for socket in open_sockets(limits):
            limits.release(socket)
    assert refused_code(limits) == TOO_FAST
    open_sockets(limits, "203.0.113.8")


def test_the_process_has_a_limit_of_open_sockets(limits):
    for number in range(5):
        open_sockets(limits, f"203.0.113.{number}")
    assert refused_code(limits, "203.0.113.99") == CROWDED


def test_the_limit_of_the_process_leaves_file_descriptors_free(settings):
    settings.SOCKETS_PER_PROCESS = 10**9
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert max_sockets() < files


def test_the_oldest_socket_of_a_person_is_displaced(settings, limits):
    settings.SOCKETS_PER_ADDRESS = settings.SOCKETS_PER_PROCESS = 100
    sockets = open_sockets(limits, times=ROOM.max_per_person + 1)
    displaced = [limits.claim(each, ROOM.owners("u1", None)) for each in sockets]
    assert displaced[:-1] == [{}] * ROOM.max_per_person
    assert [(each, why.close_code) for each, why in displaced[-1].items()] == [
        (sockets[0], DISPLACED)
    ]
    assert sockets[0] not in limits.sockets


def test_a_browser_may_have_fewer_sockets_than_a_person(settings, limits):
    settings.SOCKETS_PER_ADDRESS = settings.SOCKETS_PER_PROCESS = 100
    sockets = open_sockets(limits, times=ROOM.max_per_session + 1)
    displaced = [limits.claim(each, ROOM.owners("u1", "session")) for each in sockets]
    assert list(displaced[-1]) == sockets[:1]


def test_a_closed_socket_is_no_longer_counted(limits):
    (socket,) = open_sockets(limits)
    limits.claim(socket, ROOM.owners("u1", "session"))
    limits.release(socket)
    limits.release(socket)
    assert (limits.sockets, limits._owners) == ({}, {})
    assert limits.claim(socket, ROOM.owners("u1", None)) == {}


def test_ip_addresses_without_open_sockets_are_forgotten(limits):
    for number in range(FORGET_AT * 2):
        for socket in open_sockets(limits, f"2001:db8:{number:x}::"):
            limits.release(socket)
        limits._networks[f"2001:db8:{number:x}::"].openings.tokens = 3
    assert len(limits._networks) <= FORGET_AT


def scope(client, *forwarded):
    headers = [(b"host", b"testserver"), *((b"x-forwarded-for", each) for each in forwarded)]
    return {"client": client, "headers": headers}


@pytest.mark.parametrize(
    ("proxies", "client", "forwarded", "counted"),
    [
        (0, ["203.0.113.7", 4000], [], "203.0.113.7"),
        (0, ["203.0.113.7", 4000], [b"198.51.100.1"], "203.0.113.7"),  # clients can forge it
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
