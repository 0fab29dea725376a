import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    """Clear the attempts that allauth counts in the cache, so that no test affects another."""
    cache.clear()
