"""Secrets of tickets and payments are never logged."""

import pytest

from billing.actions import refunding, reserving
from billing.models import Refund, Ticket
from billing.sandbox.faults import Fault
from tests.factories import signed_in

pytestmark = pytest.mark.django_db


def test_no_log_contains_a_key_a_secret_a_ticket_code_or_an_address(
    shop, reservation, ben, caplog, capfd, settings
):
    caplog.set_level("DEBUG")
    shop.pay(reservation, email="ben@example.org")
    shop.post(shop.sandbox.deliveries()[0], **{"Stripe-Signature": "t=1,v1=forged"})
    shop.sandbox.fail_next("GET", "/v1/checkout/sessions/*", Fault.ERROR, times=3)
    shop.deliver()
    shop.deliver()
    tickets = list(Ticket.objects.all())
    as_ben = signed_in(ben)
    for ticket in tickets:
        as_ben.get(f"/tickets/{ticket.pk}/")
        as_ben.get(f"/tickets/claim/{ticket.code}/")
    refunding.refund_all(tickets[0].space, Refund.Why.HOST)
    shop.sandbox.fail_next("POST", "/v1/refunds", Fault.TIMEOUT_BEFORE, times=3)
    refunding.send_due()
    reserving.open_session(reservation)
    written = "".join([caplog.text, *capfd.readouterr()])
    assert "webhook_refused" in written
    secrets = [settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, ben.email]
    for secret in [*secrets, *(ticket.code for ticket in tickets)]:
        assert secret not in written
