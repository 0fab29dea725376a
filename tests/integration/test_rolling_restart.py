"""Web processes are restarted one after the other. Nobody loses an event, a request or a packet of
sound. `bench.restart` does the same with 500 listeners."""

import pytest

from tests.fixtures.rolling_restart import behind_nginx, make_nginx, restart_all

LISTENERS = 6


@pytest.fixture
def site(make_stack, prepared_home, tmp_path):
    """A running site behind nginx, and its web processes."""
    nginx = make_nginx(tmp_path / "nginx")
    address = f"https://127.0.0.1:{nginx.port}"
    stack = make_stack(prepared=prepared_home, ALLOWED_ORIGINS=address).start()
    with behind_nginx(stack, tmp_path, nginx) as processes:
        yield address, stack, processes


async def test_no_event_request_or_packet_is_lost(site):
    outcome = await restart_all(*site, listeners=LISTENERS)
    assert (outcome.lost_events, outcome.lost_packets) == (0, 0)
    assert max(outcome.connections) > 1
