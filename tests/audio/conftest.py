"""Random input is not timed: the machine is shared and noisy."""

import pytest
from hypothesis import HealthCheck, settings

from audio import node

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def brisk_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes of this process tell of themselves, and look around, ten times as often."""
    monkeypatch.setattr(node, "BEAT_EVERY", 0.1)
    monkeypatch.setattr(node, "SWEEP_EVERY", 0.2)
