"""A notification reaches every browser of its recipient, and no browser twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import session_refs
from accounts.session_refs import SessionRef
from notifications import inbox
from notifications.channels import web_push
from notifications.channels.errors import Permanent, Retry, Uncertain
from notifications.models import Delivery, PushSubscription
from notifications.push import client
from notifications.registry import Content
from tests.factories import signed_in

pytestmark = pytest.mark.django_db
CONTENT = Content("Trams at night starts in 10 minutes", "/spaces/AbCdEfGhIj/", "Starting soon")


@pytest.fixture
def phone(push_service):
    return push_service.browser("phone")


@pytest.fixture
def desktop(push_service):
    return push_service.browser("desktop")


@pytest.fixture
def subscribed(ana, phone, desktop):
    for browser in (phone, desktop):
        session = SessionRef.of(signed_in(ana).session, ana).seal()
        PushSubscription.objects.create(
            user=ana, session=session, browser="x", **browser.subscription
        )


@pytest.fixture
def delivery(ana):
    now = timezone.now()
    late_at = now + timedelta(minutes=10)
    times = {"due_at": now, "late_at": late_at, "next_try_at": now}
    return Delivery(kind="follow", subject="space:1", user=ana, channel="push", **times)


def send(delivery):
    web_push.send(delivery.user, CONTENT, delivery)


def reached(push_service):
    return [request.path for request in push_service.requests]


@pytest.mark.usefixtures("subscribed")
def test_every_browser_gets_the_message(push_service, phone, delivery, ana, ben):
    inbox.notify(ana, kind="follow", text="Ben follows you", actor=ben)
    send(delivery)
    assert sorted(reached(push_service)) == ["/desktop", "/phone"]
    [request] = [each for each in push_service.requests if each.path == "/phone"]
    message = phone.decrypt(request.body)
    assert message["app_badge"] == 1
    content = {name: message["notification"][name] for name in ("title", "body", "navigate")}
    assert content == {
        "title": "Starting soon",
        "body": "Trams at night starts in 10 minutes",
        "navigate": "http://testserver/spaces/AbCdEfGhIj/",
    }
    assert 590 < int(request.headers["ttl"]) <= 600
    used = PushSubscription.objects.values_list("used_at", flat=True)
    assert all(used)


@pytest.mark.usefixtures("subscribed")
@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_has_ended_is_deleted(push_service, delivery, status):
    push_service.answers["/phone"] = (status, {})
    send(delivery)
    left = PushSubscription.objects.get()
    assert left.endpoint.endswith("/desktop")


@pytest.mark.usefixtures("subscribed")
def test_a_message_that_one_browser_got_is_not_sent_again(push_service, delivery):
    push_service.answers["/phone"] = (503, {})
    send(delivery)
    assert len(reached(push_service)) == 2


@pytest.mark.usefixtures("subscribed")
def test_a_message_that_no_browser_got_is_retried_when_the_push_service_asks(
    push_service, delivery
):
    push_service.answers["/phone"] = (404, {})
    push_service.answers["/desktop"] = (429, {"Retry-After": "30"})
    with pytest.raises(Retry) as failure:
        send(delivery)
    assert failure.value.after == 30


@pytest.mark.usefixtures("subscribed")
def test_a_message_is_not_retried_if_all_subscriptions_have_ended(push_service, delivery, ana):
    push_service.answers.update({"/phone": (410, {}), "/desktop": (410, {})})
    with pytest.raises(Permanent):
        send(delivery)
    assert web_push.reachable([ana.pk]) == set()


@pytest.mark.usefixtures("subscribed")
def test_a_message_without_a_response_is_not_sent_again(push_service, delivery):
    push_service.hang_up = True
    with pytest.raises(Uncertain):
        send(delivery)


@pytest.mark.usefixtures("subscribed")
def test_a_message_is_retried_if_the_push_service_is_down(push_service, delivery):
    push_service.close()
    with pytest.raises(Retry):
        send(delivery)


@pytest.mark.usefixtures("subscribed")
def test_a_browser_that_signed_out_gets_nothing(push_service, delivery, ana):
    first = PushSubscription.objects.first()
    key = session_refs.unseal(first.session).key
    signed_in(ana).session.__class__(key).delete()
    send(delivery)
    assert len(reached(push_service)) == 1


def test_a_person_without_a_subscription_cannot_be_reached(ana, ben, delivery):
    assert web_push.reachable([ana.pk, ben.pk]) == set()
    with pytest.raises(Permanent):
        send(delivery)


@pytest.mark.usefixtures("subscribed")
def test_slow_push_services_do_not_outlast_the_lease(push_service, delivery, monkeypatch, settings):
    assert web_push.MAX_SECONDS + 3 * client.TIMEOUT < settings.NOTIFICATION_LEASE
    monkeypatch.setattr(web_push, "MAX_SECONDS", -1)
    with pytest.raises(Retry):
        send(delivery)
    assert reached(push_service) == []
