import pytest

from tests.factories import make_host, signed_in
from tests.scheduling.hosting import schedule


@pytest.fixture
def planned(db):
    """Hana's Space, which starts tomorrow."""
    return schedule(make_host("hana", name="Hana"), title="Rain")


@pytest.fixture
def hana(db):
    return make_host("hana", name="Hana")


@pytest.fixture
def as_hana(hana):
    return signed_in(hana)
