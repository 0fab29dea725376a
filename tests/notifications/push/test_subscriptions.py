"""People turn push messages on and off in each of their browsers."""

import os

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.models import User
from notifications import personal_data, retention
from notifications.models import PushSubscription
from notifications.push import subscriptions, vapid
from tests.factories import make_user, signed_in
from tests.fixtures.push_service import Browser, base64url

pytestmark = pytest.mark.django_db
SUBSCRIBE, UNSUBSCRIBE = "/notifications/push/subscribe/", "/notifications/push/unsubscribe/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def make_browser(name="abc"):
    return Browser(f"https://fcm.googleapis.com/fcm/send/{name}")


def subscribe(client: Client, browser: Browser, **more):
    return client.post(SUBSCRIBE, {**browser.subscription, **more}, HTTP_USER_AGENT=FIREFOX)


def sign_in(user: User) -> Client:
    """Sign in with the form, which adds the session to the person's list of sessions."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    client = Client()
    client.post("/accounts/login/", {"login": user.handle, "password": "a good password"})
    return client


def endpoints(user: User) -> set[str]:
    return {each.endpoint for each in subscriptions.current(user)}


def test_a_browser_is_subscribed_and_unsubscribed(as_ana, ana):
    browser = make_browser()
    assert subscribe(as_ana, browser).status_code == 204
    [row] = subscriptions.current(ana)
    assert (row.endpoint, row.browser) == (browser.endpoint, "Firefox on Linux")
    assert as_ana.post(UNSUBSCRIBE, {"endpoint": browser.endpoint}).status_code == 204
    assert subscriptions.current(ana) == []


def test_subscribing_again_changes_nothing(as_ana, ana):
    browser = make_browser()
    subscribe(as_ana, browser)
    assert subscribe(as_ana, browser).status_code == 204
    assert PushSubscription.objects.count() == 1


def test_a_renewed_subscription_replaces_the_old_one(as_ana, ana):
    subscribe(as_ana, make_browser("old"))
    subscribe(as_ana, make_browser("new"), replaces=make_browser("old").endpoint)
    assert endpoints(ana) == {make_browser("new").endpoint}


def test_a_shared_browser_belongs_to_the_person_who_turned_push_on_last(as_ana, as_ben, ana, ben):
    browser = make_browser()
    subscribe(as_ana, browser)
    assert subscribe(as_ben, browser).status_code == 204
    assert (endpoints(ana), endpoints(ben)) == (set(), {browser.endpoint})


def test_a_known_endpoint_with_other_keys_is_refused(as_ana, as_ben, ana, ben):
    subscribe(as_ana, make_browser())
    response = subscribe(as_ben, make_browser())  # the same URL with keys of its own
    assert (response.status_code, response.json()["code"]) == (409, "not_yours")
    assert (len(endpoints(ana)), endpoints(ben)) == (1, set())


def test_nobody_can_unsubscribe_the_browser_of_another_person(as_ana, as_ben, ana):
    browser = make_browser()
    subscribe(as_ana, browser)
    as_ben.post(UNSUBSCRIBE, {"endpoint": browser.endpoint})
    subscribe(as_ben, make_browser("other"), replaces=browser.endpoint)
    assert endpoints(ana) == {browser.endpoint}


def test_a_person_keeps_the_10_browsers_that_were_used_last(as_ana, ana):
    for number in range(10):
        subscribe(as_ana, make_browser(str(number)))
    first = PushSubscription.objects.get(endpoint=make_browser("0").endpoint)
    first.used_at = timezone.now()
    first.save()
    subscribe(as_ana, make_browser("10"))
    kept = {make_browser(str(number)).endpoint for number in (0, *range(2, 11))}
    assert endpoints(ana) == kept


GOOD = make_browser().subscription
MALFORMED = {
    "no endpoint": {"endpoint": ""},
    "a private address": {"endpoint": "https://192.168.1.1/push"},
    "this machine": {"endpoint": "https://localhost/push"},
    "an unknown host": {"endpoint": "https://push.example.org/abc"},
    "no encryption": {"endpoint": "http://fcm.googleapis.com/fcm/send/abc"},
    "1 MB": {"endpoint": "https://fcm.googleapis.com/" + "x" * 1_000_000},
    "no key": {"p256dh": ""},
    "a key that is not base64": {"p256dh": "€" * 87},
    "a key that is not a point": {"p256dh": base64url(b"\x04" + b"\x01" * 64)},
    "a key at infinity": {"p256dh": base64url(b"\x00")},
    "a compressed key": {"p256dh": base64url(b"\x02" + b"\x01" * 32)},
    "a short key": {"p256dh": GOOD["p256dh"][:-1]},
    "no secret": {"auth": ""},
    "a short secret": {"auth": base64url(os.urandom(15))},
    "a long secret": {"auth": base64url(os.urandom(17))},
}


@pytest.mark.parametrize("wrong", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_subscription_is_refused(as_ana, wrong):
    response = as_ana.post(SUBSCRIBE, {**GOOD, **wrong})
    assert (response.status_code, response.json()["code"]) == (400, f"bad_{next(iter(wrong))}")
    assert PushSubscription.objects.count() == 0


def test_padded_keys_are_stored_without_padding(as_ana, ana):
    browser = make_browser()
    given = browser.subscription
    as_ana.post(SUBSCRIBE, {**given, "auth": given["auth"] + "=="})
    assert subscriptions.current(ana)[0].auth == given["auth"]


def test_strangers_are_sent_to_sign_in(client):
    for url in (SUBSCRIBE, UNSUBSCRIBE):
        assert client.post(url, GOOD).url.startswith("/accounts/login/")
    assert client.get("/notifications/push/").url.startswith("/accounts/login/")


def test_the_service_worker_gets_the_sites_key_and_a_csrf_token(ana):
    client = signed_in(ana, enforce_csrf_checks=True)
    answer = client.get("/notifications/push/").json()
    assert answer["key"] == vapid.public_key()
    assert client.post(SUBSCRIBE, GOOD).status_code == 403
    assert client.post(SUBSCRIBE, GOOD, HTTP_X_CSRFTOKEN=answer["token"]).status_code == 204


def test_signing_out_ends_push_in_this_browser_only(ana):
    phone, desktop = signed_in(ana), signed_in(ana)
    subscribe(phone, make_browser("phone"))
    subscribe(desktop, make_browser("desktop"))
    phone.post("/accounts/logout/")
    stored = PushSubscription.objects.values_list("endpoint", flat=True)
    assert list(stored) == [make_browser("desktop").endpoint]


def test_signing_out_everywhere_ends_push_in_every_browser(ana, ben):
    subscribe(sign_in(ana), make_browser("phone"))
    subscribe(sign_in(ana), make_browser("desktop"))
    subscribe(signed_in(ben), make_browser("ben"))
    assert len(endpoints(ana)) == 2
    sessions.end_all(ana)
    assert endpoints(ana) == set()
    assert endpoints(ben) == {make_browser("ben").endpoint}


@pytest.mark.parametrize("end", ["password", "closed", "session"])
def test_push_messages_end_when_the_session_ends(ana, end):
    client = signed_in(ana)
    subscribe(client, make_browser())
    if end == "password":
        ana.set_password("a better password")
    elif end == "closed":
        ana.is_active = False
    else:
        client.session.delete()
    ana.save()
    assert PushSubscription.objects.count() == 1
    assert endpoints(ana) == set()


def test_subscriptions_of_ended_sessions_are_swept(ana, ben):
    subscribe(sign_in(ana), make_browser("ana"))
    subscribe(signed_in(ben), make_browser("ben"))
    sessions.end_all(ana)
    assert retention.sweep()["push_subscriptions"] == 1
    assert [each.user for each in PushSubscription.objects.all()] == [ben]


def test_too_many_changes_are_refused(redis_server, as_ana):
    statuses = [as_ana.post(UNSUBSCRIBE, {"endpoint": "x"}).status_code for _ in range(31)]
    assert (set(statuses[:30]), statuses[30]) == ({204}, 429)


def test_the_export_does_not_contain_the_keys_of_a_browser(as_ana, ana):
    subscribe(as_ana, make_browser())
    [table] = [part for part in personal_data.export(ana) if part.name == "push_subscriptions"]
    assert [set(row) for row in table.rows] == [{"browser", "created_at", "used_at"}]


def test_the_query_count_does_not_grow_with_the_browsers(django_assert_num_queries, ana):
    client = signed_in(ana)
    make_user()
    for number in range(3):
        subscribe(client, make_browser(str(number)))
    with django_assert_num_queries(3):
        assert len(subscriptions.current(ana)) == 3
