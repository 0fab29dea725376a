"""An e-mail address belongs to the person who verifies it, not to the first who claims it."""

import re

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
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


def verify_address(user: User, address: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.handle, "password": "a good password"})
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": "a good password"})
    client.post("/accounts/email/", {"action_add": "", "email": address})
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", mail.outbox[-1].body)
    client.post(link.group(1))
    return client


def test_verifying_an_address_takes_it_from_a_person_who_only_claimed_it(ana, squatter):
    verify_address(ana, "ana@example.org")
    ana.refresh_from_db()
    verified = EmailAddress.objects.get(email="ana@example.org", verified=True)
    assert (verified.user, ana.email) == (ana, "ana@example.org")


def test_an_address_that_another_person_verified_cannot_be_verified_again(ana, squatter):
    verify_address(ana, "ana@example.org")
    client = Client()
    client.force_login(squatter)
    client.post("/accounts/email/", {"action_send": "", "email": "ana@example.org"})
    assert EmailAddress.objects.filter(user=squatter, verified=True).count() == 0


def test_a_confirmation_link_explains_that_another_person_has_verified_the_address(ana, squatter):
    key = EmailConfirmationHMAC.create(EmailAddress.objects.get(user=squatter)).key
    verify_address(ana, "ana@example.org")
    page = Client().get(f"/accounts/confirm-email/{key}/").text
    assert "Another account has confirmed it" in page


def test_a_password_reset_goes_to_the_person_who_verified_the_address(ana, squatter):
    verify_address(ana, "ana@example.org")
    mail.outbox.clear()
    Client().post("/accounts/password/reset/", {"email": "ana@example.org"})
    assert ["Hello @ana," in message.body for message in mail.outbox] == [True]
