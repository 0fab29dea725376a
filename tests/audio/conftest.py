"""Hypothesis has no deadlines here, as the machine is shared; `fast_nodes` shortens intervals."""

import pytest
from hypothesis import HealthCheck, settings

from audio import node

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def fast_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make nodes in this process send heartbeats and sweep ten times as often."""
    monkeypatch.setattr(node, "HEARTBEAT_EVERY", 0.1)
    monkeypatch.setattr(node, "SWEEP_EVERY", 0.2)
