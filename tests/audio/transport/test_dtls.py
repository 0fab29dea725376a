from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.transport import dtls
from audio.transport.dtls import Certificate, DtlsError, DtlsSession, Role
from audio.transport.srtp import PROFILES

OURS, THEIRS = Certificate(), Certificate()


def shake_hands() -> tuple[DtlsSession, DtlsSession]:
    server = DtlsSession(OURS, role=Role.SERVER)
    client = DtlsSession(THEIRS, role=Role.CLIENT)
    client.start()
    for _ in range(4):
        for datagram in client.take():
            server.receive(datagram)
        for datagram in server.take():
            client.receive(datagram)
    return server, client


def test_both_sides_get_the_same_keys() -> None:
    server, client = shake_hands()
    profile, inbound, outbound = server.export_keys()

    assert (server.is_open, client.is_open) == (True, True)
    assert profile is PROFILES[0]
    assert client.export_keys() == (profile, outbound, inbound)


def test_the_fingerprint_identifies_the_other_side() -> None:
    server, _client = shake_hands()

    assert server.matches_fingerprint("sha-256", THEIRS.fingerprint)
    assert not server.matches_fingerprint("sha-256", OURS.fingerprint)
    assert not server.matches_fingerprint("md5", THEIRS.fingerprint)
    assert not DtlsSession(OURS, role=Role.SERVER).matches_fingerprint(
        "sha-256", THEIRS.fingerprint
    )


def test_closing_one_side_closes_the_other() -> None:
    server, client = shake_hands()
    server.close()
    for datagram in server.take():
        client.receive(datagram)

    assert (server.is_closed, client.is_closed) == (True, True)


@pytest.mark.parametrize("noise", [b"\x16", b"\x16\xfe\xfd" + bytes(40), b"\x14" * 1500])
def test_invalid_datagrams_do_not_end_a_handshake(noise: bytes) -> None:
    server = DtlsSession(OURS, role=Role.SERVER)
    client = DtlsSession(THEIRS, role=Role.CLIENT)
    client.start()
    server.receive(noise)
    for _ in range(4):
        for datagram in client.take():
            server.receive(datagram)
        for datagram in server.take():
            client.receive(datagram)

    assert (server.is_open, client.is_open) == (True, True)


DAMAGE = st.tuples(st.integers(0, 2), st.integers(0, 1199), st.integers(0, 255))


@given(st.lists(DAMAGE, min_size=1, max_size=4))
def test_a_damaged_handshake_continues_or_fails_cleanly(damage: list[tuple[int, int, int]]) -> None:
    server = DtlsSession(OURS, role=Role.SERVER)
    client = DtlsSession(THEIRS, role=Role.CLIENT)
    client.start()
    with suppress(DtlsError):
        for flight in range(3):
            for datagram in client.take():
                damaged = bytearray(datagram)
                for where, at, byte in damage:
                    if where == flight:
                        damaged[at % len(damaged)] = byte
                server.receive(bytes(damaged))
            for datagram in server.take():
                client.receive(datagram)
        if server.is_open and server.matches_fingerprint("sha-256", THEIRS.fingerprint):
            server.export_keys()


def test_an_endless_handshake_is_aborted() -> None:
    server = DtlsSession(OURS, role=Role.SERVER)
    for _ in range(dtls.MAX_HANDSHAKE_DATAGRAMS):
        server.receive(b"\x16\xfe\xfd")

    with pytest.raises(DtlsError):
        server.receive(b"\x16\xfe\xfd")


def test_a_flight_is_retransmitted_with_exponential_backoff() -> None:
    client = DtlsSession(THEIRS, role=Role.CLIENT)
    assert client.retransmission(0.0) == []
    client.start()
    flight = client.take()
    moments = [ms for ms in range(4000) if client.retransmission(ms / 1000) == flight]

    assert moments == pytest.approx([100, 300, 700, 1500, 3100], abs=5)


def test_a_finished_handshake_retransmits_nothing() -> None:
    server, client = shake_hands()

    assert [side.retransmission(now) for side in (server, client) for now in (0.0, 9.0)] == [[]] * 4


def test_the_last_flight_is_retransmitted_to_a_client_that_missed_it() -> None:
    server = DtlsSession(OURS, role=Role.SERVER)
    client = DtlsSession(THEIRS, role=Role.CLIENT)
    client.start()
    for datagram in client.take():
        server.receive(datagram)
    for datagram in server.take():
        client.receive(datagram)
    last = client.take()
    for datagram in last:
        server.receive(datagram)
    assert server.is_open
    server.take()  # lost
    for datagram in last:
        server.receive(datagram)
    for datagram in server.take():
        client.receive(datagram)

    assert client.is_open


def test_records_are_not_split_across_datagrams() -> None:
    def record(size: int) -> bytes:
        return b"\x16\xfe\xfd" + bytes(8) + size.to_bytes(2) + bytes(size)

    records = [record(500), record(500), record(500)]

    assert dtls._datagrams(b"".join(records)) == [records[0] + records[1], records[2]]
