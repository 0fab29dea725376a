"""The key with which the site identifies itself to push services."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings

from notifications.push import vapid


@pytest.fixture
def key_file(tmp_path, settings):
    settings.PUSH_KEY = tmp_path / "keys" / "vapid.pem"
    vapid.forget()
    yield settings.PUSH_KEY
    vapid.forget()


def test_the_key_is_created_once_and_stays_private(key_file):
    first = vapid.public_key()
    vapid.forget()
    assert (vapid.public_key(), len(first)) == (first, 87)  # 65 bytes in base64url
    modes = [oct(path.stat().st_mode & 0o777) for path in (key_file.parent, key_file)]
    assert modes == ["0o700", "0o600"]
    assert [path.name for path in key_file.parent.iterdir()] == ["vapid.pem"]


def test_backups_contain_the_key():
    assert settings.PUSH_KEY.parent in settings.BACKED_UP.values()


def test_processes_that_start_together_use_the_same_key(key_file):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: vapid.public_key(), range(8)))
    vapid.forget()
    assert keys == {vapid.public_key()}


def test_a_file_without_a_valid_key_is_an_error(key_file):
    key_file.parent.mkdir()
    key_file.write_text("nonsense")
    with pytest.raises(ValueError, match=r"vapid\.pem"):
        vapid.key()
    assert key_file.read_text() == "nonsense"


@pytest.mark.parametrize(
    ("site", "contact"),
    [
        ("https://spaces.example", "https://spaces.example"),
        ("https://spaces.example/", "https://spaces.example"),
        ("https://spaces.example:8443", "mailto:hello@spaces.example"),
        ("http://127.0.0.1:8000", "mailto:hello@spaces.example"),
    ],
)
def test_the_contact_is_a_plain_url_as_apple_requires(settings, site, contact):
    settings.BASE_URL = site
    settings.DEFAULT_FROM_EMAIL = "Spaces <hello@spaces.example>"
    assert vapid.contact() == contact


def test_the_claims_expire_within_a_day_and_name_only_the_push_service(time_machine):
    time_machine.move_to(1_800_000_000, tick=False)
    claims = vapid.claims("https://fcm.googleapis.com/fcm/send/secret")
    assert claims["aud"] == "https://fcm.googleapis.com"
    assert claims["exp"] == 1_800_000_000 + 12 * 3600
