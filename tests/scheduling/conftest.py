import pytest

from tests.factories import make_host
from tests.scheduling.hosting import schedule


@pytest.fixture
def planned(db):
    """Hana's Space, which starts tomorrow."""
    return schedule(make_host("hana", name="Hana"), title="Rain")
