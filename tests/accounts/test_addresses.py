"""An address belongs to who proves it, whoever claimed it first."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def squatter():
    user = make_user("squatter", email="ana@example.org")
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    return user


@pytest.fixture
def ana():
    return make_user("ana", email="")


def prove(user: User, address: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.handle, "password": "a good password"})
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": "a good password"})
    client.post("/accounts/email/", {"action_add": "", "email": address})
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", mail.outbox[-1].body)
    client.post(link.group(1))
    return client


def test_who_proves_a_squatted_address_has_it(ana, squatter):
    prove(ana, "ana@example.org")
    ana.refresh_from_db()
    proven = EmailAddress.objects.get(email="ana@example.org", verified=True)
    assert (proven.user, ana.email) == (ana, "ana@example.org")


def test_who_only_claimed_it_cannot_prove_it_any_more(ana, squatter):
    prove(ana, "ana@example.org")
    client = Client()
    client.force_login(squatter)
    client.post("/accounts/email/", {"action_send": "", "email": "ana@example.org"})
    assert EmailAddress.objects.filter(user=squatter, verified=True).count() == 0


def test_a_password_is_reset_for_who_proved_the_address(ana, squatter):
    prove(ana, "ana@example.org")
    mail.outbox.clear()
    Client().post("/accounts/password/reset/", {"email": "ana@example.org"})
    assert ["Hello @ana," in message.body for message in mail.outbox] == [True]
