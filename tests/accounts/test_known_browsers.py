"""A person is notified when they sign in with a browser that they have not used before."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.known_browsers import COOKIE
from accounts.models import User
from notifications.models import Delivery, Notification, NotificationSettings

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def ana(ana):
    User.objects.filter(pk=ana.pk).update(date_joined=timezone.now() - timedelta(days=2))
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    return ana


def sign_in(client, handle="ana", **headers):
    form = {"login": handle, "password": "a good password"}
    return client.post("/accounts/login/", form, headers={"User-Agent": FIREFOX, **headers})


def announcements():
    return list(Notification.objects.filter(kind="sign_in").values_list("text", flat=True))


def test_a_new_browser_is_announced_on_the_page_and_by_e_mail(ana):
    NotificationSettings.objects.create(user=ana, zone="Europe/Berlin")
    sign_in(Client())
    [text] = announcements()
    assert "signed in to your account with Firefox on Linux, on " in text
    assert text.endswith((" CET.", " CEST."))
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"page", "email"}


def test_the_same_browser_is_not_announced_again(ana):
    client = Client()
    for _ in range(2):
        sign_in(client)
        client.post("/accounts/logout/")
    assert len(announcements()) == 1


def test_each_person_in_a_shared_browser_is_announced_once(ana, ben):
    User.objects.update(date_joined=timezone.now() - timedelta(days=2))
    EmailAddress.objects.create(user=ben, email=ben.email, verified=True, primary=True)
    client = Client()
    for handle in ("ana", "ben", "ana", "ben"):
        sign_in(client, handle)
        client.post("/accounts/logout/")
    assert len(announcements()) == 2


def test_a_script_that_signs_in_gets_the_cookie_too(ana):
    client = Client()
    sign_in(client, **{"X-Requested-With": "XMLHttpRequest"})
    assert COOKIE in client.cookies


def test_a_sign_in_with_a_forged_cookie_is_announced(ana):
    client = Client()
    client.cookies[COOKIE] = "WyJ1MSJd:1vPB2x:forged"
    sign_in(client)
    assert len(announcements()) == 1


def test_the_first_sign_in_after_signing_up_is_not_announced(ana):
    User.objects.update(date_joined=timezone.now())
    sign_in(Client())
    assert announcements() == []


def test_a_wrong_password_is_not_announced(ana):
    client = Client()
    client.post("/accounts/login/", {"login": "ana", "password": "wrong"})
    assert (announcements(), COOKIE in client.cookies) == ([], False)


def test_scripts_cannot_read_the_cookie(ana):
    client = Client()
    sign_in(client)
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
