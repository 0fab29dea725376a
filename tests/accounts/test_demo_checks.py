import pytest

from accounts.checks import demo_listens_on_loopback, no_demo_people_outside_the_demo
from accounts.demo import DOMAIN
from tests.factories import make_user


@pytest.fixture
def on_loopback(settings):
    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    settings.BASE_URL = "http://127.0.0.1:8000"
    settings.ALLOWED_ORIGINS = ["http://127.0.0.1:8000", "http://[::1]:8000"]
    return settings


def test_a_demo_on_loopback_passes(on_loopback):
    assert demo_listens_on_loopback(None) == []


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
def test_a_demo_with_a_public_host_is_an_error(on_loopback, setting, value):
    setattr(on_loopback, setting, value)
    assert [error.id for error in demo_listens_on_loopback(None)] == ["accounts.E001"]


def test_public_hosts_are_allowed_without_the_demo(on_loopback):
    on_loopback.DEMO = False
    on_loopback.ALLOWED_HOSTS = ["spaces.example.org"]
    assert demo_listens_on_loopback(None) == []


@pytest.mark.django_db
def test_demo_people_are_an_error_outside_the_demo(settings):
    settings.DEMO = False
    assert no_demo_people_outside_the_demo(None, databases=["default"]) == []
    make_user("ana", email=f"ana@{DOMAIN}")
    errors = no_demo_people_outside_the_demo(None, databases=["default"])
    assert [error.id for error in errors] == ["accounts.E002"]


@pytest.mark.django_db
def test_demo_people_are_allowed_in_the_demo(settings):
    settings.DEMO = True
    make_user("ana", email=f"ana@{DOMAIN}")
    assert no_demo_people_outside_the_demo(None, databases=["default"]) == []
