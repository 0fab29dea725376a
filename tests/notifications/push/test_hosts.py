"""Push messages go only to known push services; only the operator's may have a private address."""

import socket

import pytest

from notifications.push import hosts

KNOWN = [
    "https://fcm.googleapis.com/fcm/send/abc:APA91",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
    "https://web.push.apple.com/QGuQyavXutnMP",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%2b",
    "https://fcm.googleapis.com:443/fcm/send/abc",
]
REFUSED = {
    "no encryption": "http://fcm.googleapis.com/fcm/send/abc",
    "another scheme": "file:///etc/passwd",
    "this machine": "https://127.0.0.1/",
    "its name": "https://localhost/",
    "IPv6": "https://[::1]/",
    "a private network": "https://192.168.1.1/",
    "a cloud's metadata": "https://169.254.169.254/latest/meta-data/",
    "a number": "https://2130706433/",
    "another server": "https://example.org/",
    "a similar name": "https://evil-fcm.googleapis.com.example.org/",
    "a name below": "https://x.fcm.googleapis.com/",
    "the parent of a pattern": "https://push.apple.com/",
    "the pattern as a part": "https://web.push.apple.com.example.org/",
    "another port": "https://fcm.googleapis.com:8443/",
    "no port": "https://fcm.googleapis.com:99999/",
    "a user": "https://fcm.googleapis.com@127.0.0.1/",
    "a password": "https://a:b@fcm.googleapis.com/",
    "a backslash": "https://127.0.0.1\\@fcm.googleapis.com/",
    "a fragment": "https://fcm.googleapis.com/#x",
    "a line break": "https://fcm.googleapis.com/\r\nHost: x",
    "a space": "https://fcm.googleapis.com /",
    "other letters": "https://fcm.gооgleapis.com/",
    "a dot at the end": "https://fcm.googleapis.com./",
    "too long": "https://fcm.googleapis.com/" + "x" * 1000,
    "nothing": "",
}
PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%lo",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "2002:7f00:1::",
]


@pytest.mark.parametrize("url", KNOWN)
def test_the_push_services_of_browsers_are_allowed(url):
    hosts.require_allowed(url)


@pytest.mark.parametrize("url", REFUSED.values(), ids=REFUSED.keys())
def test_other_urls_are_refused(url):
    with pytest.raises(hosts.NotAllowed):
        hosts.require_allowed(url)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address):
    assert not hosts.is_public(address)


@pytest.mark.parametrize("address", ["142.250.74.10", "2a00:1450:4001:831::200a"])
def test_addresses_on_the_internet_are_public(address):
    assert hosts.is_public(address)


def test_an_allowed_host_with_a_private_address_is_refused(settings):
    settings.PUSH_HOSTS = ["localhost"]
    with pytest.raises(hosts.NotAllowed, match="private address"):
        hosts.connect("localhost", 443, timeout=1)


def test_an_unknown_host_is_not_even_looked_up():
    with pytest.raises(hosts.NotAllowed, match="not a known push service"):
        hosts.connect("does-not-exist.invalid", 443, timeout=1)


def test_an_operators_own_push_service_may_have_a_private_address(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings.PUSH_LOCAL_HOSTS = [f"localhost:{port}"]
        hosts.require_allowed(f"https://localhost:{port}/token")
        hosts.connect("localhost", port, timeout=5).close()
        with pytest.raises(hosts.NotAllowed):
            hosts.require_allowed(f"https://localhost:{port + 1}/token")
