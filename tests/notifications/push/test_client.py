"""Messages to a push service are encrypted, and its responses are handled."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from py_vapid.jwt import decode

from notifications.models import PushSubscription
from notifications.push import client, vapid
from notifications.push.messages import Message

pytestmark = pytest.mark.django_db
MESSAGE = Message(
    title="Trams at night",
    body="Ana is live: “Trams at night” 🚋",
    url="https://spaces.example/spaces/AbCdEfGhIj/",
    about="live space:AbCdEfGhIj",
    unread=3,
    ttl=600,
    urgent=True,
)


@pytest.fixture
def browser(push_service):
    return push_service.browser()


@pytest.fixture
def subscription(browser, ana):
    return PushSubscription.objects.create(user=ana, browser="x", **browser.subscription)


def test_the_browser_can_decrypt_the_message(push_service, browser, subscription):
    client.send(subscription, MESSAGE)
    [request] = push_service.requests
    assert b"Trams" not in request.body
    assert browser.decrypt(request.body) == {
        "web_push": 8030,
        "notification": {
            "title": "Trams at night",
            "body": "Ana is live: “Trams at night” 🚋",
            "navigate": "https://spaces.example/spaces/AbCdEfGhIj/",
            "lang": "en",
            "dir": "auto",
            "tag": MESSAGE.topic,
        },
        "app_badge": 3,
    }


def test_the_headers_contain_the_lifetime_and_the_urgency(push_service, subscription):
    client.send(subscription, MESSAGE)
    headers = push_service.requests[0].headers
    wanted = ("ttl", "urgency", "topic", "content-encoding")
    assert [headers[name] for name in wanted] == ["600", "high", MESSAGE.topic, "aes128gcm"]
    assert len(MESSAGE.topic) == 32


def test_each_request_is_signed_for_its_push_service(push_service, subscription):
    client.send(subscription, MESSAGE)
    client.send(subscription, MESSAGE)
    for request in push_service.requests:
        token, key = request.headers["authorization"].removeprefix("vapid t=").split(",k=")
        claims = decode(token, key)
        assert (claims["aud"], key) == (f"https://{push_service.host}", vapid.public_key())
        assert claims["exp"] <= (datetime.now(UTC) + timedelta(days=1)).timestamp()


def test_the_longest_message_fits_into_4096_bytes(push_service, browser, subscription):
    long = Message("🚋" * 200, "🚋" * 600, f"https://spaces.example/{'x' * 200}", "a", 100, 60)
    client.send(subscription, long)
    body = push_service.requests[0].body
    assert len(body) <= 4096
    assert browser.decrypt(body)["notification"]["body"] == "🚋" * 299 + "…"


@pytest.mark.parametrize("status", [404, 410])
def test_an_ended_subscription_is_reported_as_gone(push_service, subscription, status):
    push_service.answers["/browser"] = (status, {})
    with pytest.raises(client.Gone):
        client.send(subscription, MESSAGE)


@pytest.mark.parametrize("status", [400, 403, 413])
def test_a_refused_message_is_not_retried(push_service, subscription, status):
    push_service.answers["/browser"] = (status, {})
    with pytest.raises(client.Rejected):
        client.send(subscription, MESSAGE)


@pytest.mark.parametrize(
    ("headers", "wait"), [({}, None), ({"Retry-After": "120"}, 120.0), ({"Retry-After": "x"}, None)]
)
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_message_is_retried_if_the_push_service_is_busy(
    push_service, subscription, status, headers, wait
):
    push_service.answers["/browser"] = (status, headers)
    with pytest.raises(client.Unavailable) as failure:
        client.send(subscription, MESSAGE)
    assert failure.value.wait == wait


def test_a_push_service_may_name_a_date_for_the_retry(push_service, subscription):
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    push_service.answers["/browser"] = (503, {"Retry-After": date})
    with pytest.raises(client.Unavailable) as failure:
        client.send(subscription, MESSAGE)
    assert failure.value.wait == pytest.approx(90, abs=20)


def test_a_redirect_is_not_followed(push_service, subscription):
    push_service.answers["/browser"] = (307, {"Location": f"https://{push_service.host}/inside"})
    with pytest.raises(client.Rejected):
        client.send(subscription, MESSAGE)
    assert [request.path for request in push_service.requests] == ["/browser"]


def test_a_push_service_with_an_untrusted_certificate_gets_nothing(
    push_service, subscription, monkeypatch
):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(client.Unavailable):
        client.send(subscription, MESSAGE)
    assert push_service.requests == []


def test_a_subscription_whose_host_is_no_longer_allowed_is_gone(
    push_service, subscription, settings
):
    settings.PUSH_LOCAL_HOSTS = []
    with pytest.raises(client.Gone):
        client.send(subscription, MESSAGE)
    assert push_service.requests == []


def test_a_push_service_in_a_private_network_gets_nothing(push_service, subscription, settings):
    settings.PUSH_LOCAL_HOSTS = []
    settings.PUSH_HOSTS = ["127.0.0.1"]
    subscription.endpoint = "https://127.0.0.1/browser"
    with pytest.raises(client.Rejected, match="private address"):
        client.send(subscription, MESSAGE)
    assert push_service.requests == []
