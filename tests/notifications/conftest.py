import pytest
from django.core.cache import cache

from tests.notifications import provider


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    """Clear the attempts that allauth counts in the cache, so that no test affects another."""
    cache.clear()


@pytest.fixture
def push(settings):
    """Send pushes to a provider in this process, and declare kinds for tests. Without a rate."""
    settings.NOTIFICATION_CHANNELS = {
        **settings.NOTIFICATION_CHANNELS,
        "push": "tests.notifications.provider",
    }
    settings.NOTIFICATION_KINDS = [*settings.NOTIFICATION_KINDS, "tests.notifications.kinds.KINDS"]
    settings.NOTIFICATION_RATES = {}
    provider.accepted.clear()
    yield provider
    provider.accepted.clear()
