import base64
import hashlib
import hmac

import pytest

from spaces.checks import relay_can_be_used
from spaces.room.ice_servers import credentials, ice_servers


def test_without_a_relay_browsers_get_no_ice_servers(settings):
    settings.TURN_URLS, settings.TURN_SECRET, settings.ICE_SERVERS = [], "", []
    assert ice_servers("u1") == []


def test_the_credential_is_computed_as_in_coturn(settings):
    settings.TURN_SECRET = "a secret of the relay"
    username, credential = credentials("u1")
    expected = hmac.new(b"a secret of the relay", username.encode(), hashlib.sha1).digest()
    assert credential == base64.b64encode(expected).decode()


def test_a_persons_relay_name_is_stable_and_differs_between_sites(settings):
    def name(key):
        return credentials(key)[0].partition(":")[2]

    settings.TURN_SECRET = "a secret of the relay"
    first = name("u1")
    assert (name("u1"), len(first)) == (first, 16)
    assert name("u2") != first
    settings.SECRET_KEY = "another site"
    assert name("u1") != first


@pytest.mark.parametrize(
    ("urls", "secret", "errors"),
    [
        ([], "", []),
        (["turn:relay.example?transport=udp", "turns:relay.example"], "long enough to be one", []),
        (["turn:relay.example"], "", ["spaces.E001"]),
        ([], "long enough to be one", ["spaces.E001"]),
        (["stun:relay.example"], "long enough to be one", ["spaces.E002"]),
        (["turn:relay.example"], "short", ["spaces.E003"]),
    ],
)
def test_system_checks_find_an_unusable_relay(settings, urls, secret, errors):
    settings.TURN_URLS, settings.TURN_SECRET = urls, secret
    assert [error.id for error in relay_can_be_used(None)] == errors
