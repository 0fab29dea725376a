"""The e-mail that buyers get after the payment."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from billing import qr_codes
from billing.actions import refunding, reserving
from billing.actions.discounting import Discount, create
from billing.claim_links import claim_link
from billing.models import Refund, Ticket
from notifications import sending
from notifications.models import Delivery
from notifications.registry import kind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _send_at_once(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.NOTIFICATION_RATES = {}


@pytest.fixture
def ben(ben):
    EmailAddress.objects.create(user=ben, email=ben.email, verified=True, primary=True)
    return ben


@pytest.fixture
def pay(shop, reservation, django_capture_on_commit_callbacks):
    """Return a function with which Ben pays for his two tickets."""

    def pay():
        shop.pay(reservation)
        with django_capture_on_commit_callbacks(execute=True):
            shop.deliver()

    return pay


def test_the_receipt_has_the_qr_code_of_the_buyers_own_ticket(pay):
    pay()
    sending.send_due("email")
    (receipt,) = mail.outbox
    own, gift = Ticket.objects.order_by("number")
    expected = (f"ticket-{own.pk}.png", qr_codes.png(claim_link(own)), "image/png")
    assert [tuple(each) for each in receipt.attachments] == [expected]
    assert receipt.subject == "Your ticket"
    assert "You have 2 tickets for “Rain” (€25.00)." in receipt.body
    assert "The QR code of your ticket is attached." in receipt.body
    assert own.code not in receipt.body
    assert gift.code not in receipt.body


def test_no_code_of_a_ticket_is_stored_with_the_receipt(pay):
    pay()
    receipts = Delivery.objects.filter(kind="ticket_bought")
    stored = " ".join(f"{each.subject} {each.text} {each.url}" for each in receipts)
    assert receipts.filter(channel="email").exists()
    assert not any(ticket.code in stored for ticket in Ticket.objects.all())


def test_a_receipt_that_is_sent_after_a_refund_has_no_qr_code(pay, reservation, ben, hana):
    pay()
    refunding.refund_all(reservation.offer.space, Refund.Why.HOST)
    compose, subject = kind("ticket_bought").content, f"reservation:{reservation.pk}"
    receipt = compose(subject, ben, "email")
    assert (receipt.attachments, receipt.lines) == ((), ())
    assert compose(subject, hana, "email") is None


def test_the_receipt_of_a_free_ticket_has_its_qr_code(
    offer, hana, ben, django_capture_on_commit_callbacks
):
    create(offer, hana, Discount("FREE", percent=100))
    with django_capture_on_commit_callbacks(execute=True):
        reserving.reserve(offer, ben, 1, code="FREE")
    sending.send_due("email")
    (receipt,) = mail.outbox
    assert [each.filename for each in receipt.attachments] == [
        f"ticket-{Ticket.objects.get().pk}.png"
    ]
    assert "(free)" in receipt.body
