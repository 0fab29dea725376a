import pytest

from accounts.checks import demo_stays_home, no_demo_people_outside_the_demo
from accounts.demo import DOMAIN
from tests.factories import make_user


@pytest.fixture
def at_home(settings):
    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    settings.BASE_URL = "http://127.0.0.1:8000"
    settings.ALLOWED_ORIGINS = ["http://127.0.0.1:8000", "http://[::1]:8000"]
    return settings


def test_a_demo_on_loopback_is_well(at_home):
    assert demo_stays_home(None) == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ALLOWED_HOSTS", ["127.0.0.1", "spaces.example.org"]),
        ("ALLOWED_HOSTS", ["*"]),
        ("ALLOWED_HOSTS", [".localhost.example"]),
        ("BASE_URL", "https://spaces.example.org"),
        ("ALLOWED_ORIGINS", ["http://192.168.0.7:8000"]),
        ("ALLOWED_ORIGINS", ["*"]),
    ],
)
def test_a_demo_that_names_a_public_host_is_refused(at_home, setting, value):
    setattr(at_home, setting, value)
    assert [error.id for error in demo_stays_home(None)] == ["accounts.E001"]


def test_without_a_demo_public_hosts_are_well(at_home):
    at_home.DEMO = False
    at_home.ALLOWED_HOSTS = ["spaces.example.org"]
    assert demo_stays_home(None) == []


@pytest.mark.django_db
def test_demo_people_must_not_be_in_a_house_that_is_no_demo(settings):
    settings.DEMO = False
    assert no_demo_people_outside_the_demo(None, databases=["default"]) == []
    make_user("ana", email=f"ana@{DOMAIN}")
    found = no_demo_people_outside_the_demo(None, databases=["default"])
    assert [error.id for error in found] == ["accounts.E002"]


@pytest.mark.django_db
def test_demo_people_are_at_home_in_a_demo(settings):
    settings.DEMO = True
    make_user("ana", email=f"ana@{DOMAIN}")
    assert no_demo_people_outside_the_demo(None, databases=["default"]) == []
