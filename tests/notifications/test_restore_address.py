"""After a mail server refused an address, its owner can ask the site to use it again."""

import pytest
from allauth.account.models import EmailAddress

from notifications import addresses

pytestmark = pytest.mark.django_db
NOTE = "We stopped sending notifications to ana@example.org"


@pytest.fixture
def ana(ana):
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    addresses.drop(ana, ana.email, "550")
    return ana


def test_the_settings_show_that_an_address_bounced_and_offer_to_try_again(as_ana, ana):
    assert NOTE in as_ana.get("/settings/notifications/").text
    page = as_ana.post("/notifications/address/", follow=True).text
    assert ("The next e-mail will be sent" in page, NOTE in page) == (True, False)
    assert addresses.address_of(ana) == "ana@example.org"


def test_nobody_can_restore_the_address_of_another_person(as_ben, ana):
    as_ben.post("/notifications/address/")
    assert addresses.address_of(ana) == ""


def test_restoring_a_bouncing_address_is_rate_limited(as_ana, ana, redis_server):
    for _ in range(3):
        as_ana.post("/notifications/address/")
    addresses.drop(ana, ana.email, "550")
    page = as_ana.post("/notifications/address/", follow=True).text
    assert ("Too many requests" in page, addresses.address_of(ana)) == (True, "")
