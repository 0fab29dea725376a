"""The e-mails with a ticket: for a buyer after the payment, and for a person who takes a ticket."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from billing import qr_codes
from billing.actions import claiming, guest_passes, refunding, reserving
from billing.actions.discounting import Discount, create
from billing.claim_links import claim_link
from billing.models import Refund, Ticket
from notifications import sending
from notifications.models import Delivery
from notifications.registry import kind
from spaces.models import Space

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _send_at_once(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.NOTIFICATION_RATES = {}


def with_address(person):
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def ben(ben):
    return with_address(ben)


@pytest.fixture
def iris(iris):
    return with_address(iris)


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


@pytest.fixture
def take(iris, django_capture_on_commit_callbacks):
    """Return a function with which Iris takes a ticket."""

    def take(ticket):
        with django_capture_on_commit_callbacks(execute=True):
            return claiming.claim(ticket, by=iris)

    return take


@pytest.fixture(params=["gift", "guest pass"])
def given(request, pay, offer, hana):
    """A ticket that nobody has taken yet."""
    if request.param == "guest pass":
        return guest_passes.create(offer, by=hana)
    pay()
    sending.send_due("email")
    mail.outbox.clear()
    return Ticket.objects.get(holder=None)


def test_a_person_who_takes_a_ticket_gets_its_qr_code_once(given, take, iris):
    take(given)
    take(given)
    sending.send_due("email")
    (message,) = mail.outbox
    expected = (f"ticket-{given.pk}.png", qr_codes.png(claim_link(given)), "image/png")
    assert [tuple(each) for each in message.attachments] == [expected]
    assert (message.to, message.subject) == ([iris.email], "Your ticket")
    assert "You have a ticket for “Rain”. Somebody gave it to you." in message.body
    assert "The QR code of your ticket is attached." in message.body
    assert f"/tickets/{given.pk}/" in message.body
    assert given.code not in message.body


def test_no_code_is_stored_when_a_person_takes_a_ticket(given, take):
    take(given)
    sent = Delivery.objects.filter(kind="ticket_taken")
    assert set(sent.values_list("channel", flat=True)) == {"page", "email"}
    assert not any(given.code in f"{each.subject} {each.text} {each.url}" for each in sent)


def test_nothing_is_sent_to_others_or_about_a_taken_ticket_that_is_not_valid_any_more(
    given, take, iris, hana
):
    compose, subject = kind("ticket_taken").content, f"ticket:{take(given).pk}"
    assert compose(subject, hana, "email") is None
    assert compose(subject, iris, "email").title == "Your ticket"
    refunding.refund(Ticket.objects.get(pk=given.pk), Refund.Why.HOST)
    assert compose(subject, iris, "email") is None


def test_an_amount_after_an_arabic_title_stays_in_its_place(pay, reservation):
    Space.objects.filter(pk=reservation.offer.space_id).update(title="أصوات المدينة")
    pay()
    sending.send_due("email")
    assert "for “\u2068أصوات المدينة\u2069” (€25.00)." in mail.outbox[0].body
