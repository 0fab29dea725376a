"""The kinds of notifications about tickets, and their texts."""

from datetime import timedelta

from django.urls import reverse

from accounts.models import User
from billing import qr_codes
from billing.claim_links import claim_link
from billing.currencies import format_amount
from billing.models import Reservation, Ticket, Transfer, Waiting
from billing.models.refund import Why
from core.text.direction import isolated
from notifications.inbox import notify
from notifications.registry import DAYS, EMAIL, PAGE, PUSH, Attachment, Content, Kind

BOUGHT, TAKEN = "ticket_bought", "ticket_taken"
REFUNDED, FREE_SEAT = "ticket_refunded", "ticket_free"
PAYOUT_FAILED = "payout_failed"

WHY = {
    Why.CANCELLED: "The Space was cancelled.",
    Why.FAULT: "The Space ended too soon.",
    Why.LATE: "Your payment arrived too late.",
    Why.BUYER: "",
    Why.HOST: "The host refunded it.",
    Why.STAFF: "The staff refunded it.",
}


def notify_buyer(reservation: Reservation) -> None:
    """Send the receipt, with the link to the tickets."""
    notify(
        reservation.buyer,
        kind=BOUGHT,
        subject=f"reservation:{reservation.pk}",
        text=_receipt(reservation),
        url=reverse("billing:bought", args=[reservation.pk]),
    )


def _receipt(reservation: Reservation) -> str:
    title = isolated(reservation.offer.space.title)
    count = "a ticket" if reservation.quantity == 1 else f"{reservation.quantity} tickets"
    total = format_amount(reservation.total, reservation.currency) if reservation.total else "free"
    return f"You have {count} for “{title}” ({total})."


def _compose_receipt(subject: str, buyer: User) -> Content | None:
    """Return the receipt with the QR code of the buyer's own ticket, if it is valid. The secret in
    the code is not stored with the delivery."""
    found = Reservation.objects.select_related("offer__space")
    reservation = found.filter(pk=subject.partition(":")[2], buyer=buyer).first()
    if reservation is None:
        return None
    own = reservation.tickets.filter(holder=buyer, state=Ticket.State.VALID).first()
    return _with_code(_receipt(reservation), reverse("billing:bought", args=[reservation.pk]), own)


def notify_holder(ticket: Ticket) -> None:
    """Notify a person who has taken a gift or a guest pass."""
    assert ticket.holder is not None  # noqa: S101 - the signal is about a ticket with a holder
    notify(
        ticket.holder,
        kind=TAKEN,
        subject=f"ticket:{ticket.pk}",
        text=_taken(ticket),
        url=reverse("billing:ticket", args=[ticket.pk]),
    )


def _taken(ticket: Ticket) -> str:
    return f"You have a ticket for “{isolated(ticket.space.title)}”. Somebody gave it to you."


def _compose_taken(subject: str, holder: User) -> Content | None:
    """Return the text with the QR code of the ticket, if the person still has it and it is valid.
    The secret in the code is not stored with the delivery."""
    held = Ticket.objects.filter(holder=holder, state=Ticket.State.VALID).select_related("space")
    ticket = held.filter(pk=subject.partition(":")[2]).first()
    if ticket is None:
        return None
    return _with_code(_taken(ticket), reverse("billing:ticket", args=[ticket.pk]), ticket)


def _with_code(text: str, url: str, ticket: Ticket | None) -> Content:
    """Return the content of an e-mail, with the QR code of this ticket."""
    if ticket is None:
        return Content(text, url, title="Your ticket")
    code = qr_codes.png(claim_link(ticket))
    return Content(
        text,
        url,
        title="Your ticket",
        lines=("The QR code of your ticket is attached.",),
        attachments=(Attachment(f"ticket-{ticket.pk}.png", "image/png", code),),
    )


def notify_about_free_seat(waiting: Waiting) -> None:
    """Notify a person on the waiting list that a seat is held for them."""
    space = waiting.offer.space
    notify(
        waiting.user,
        kind=FREE_SEAT,
        subject=f"waiting:{waiting.pk}",
        text=f"A ticket for “{isolated(space.title)}” is available. It is held for you for 30 "
        "minutes.",
        url=reverse("billing:buy", args=[space.public_id]),
        actor=space.host,
    )


def notify_about_refund(ticket: Ticket, why: Why, reason: str) -> None:
    """Notify the buyer that they get the money back (or that a free ticket is not valid any more),
    and a holder who is not the buyer that the ticket is not valid any more."""
    title = isolated(ticket.space.title)
    words = " ".join(filter(None, [WHY[why], isolated(reason)]))
    buyer = ticket.reservation.buyer if ticket.reservation is not None else None
    void = f"Your ticket for “{title}” is not valid any more. {words}".strip()
    if buyer is not None:
        amount = format_amount(ticket.price, ticket.currency)
        paid_back = f"You get {amount} back for your ticket for “{title}”. {words}".strip()
        _notify_about_ticket(buyer, ticket, paid_back if ticket.price else void)
    if ticket.holder is not None and ticket.holder != buyer:
        _notify_about_ticket(ticket.holder, ticket, void)


def notify_about_failed_payout(host: User, payout: str) -> None:
    """Notify a host that their bank has refused a payout; `payout` is the payout's id at Stripe."""
    notify(
        host,
        kind=PAYOUT_FAILED,
        subject=f"payout:{payout}",
        text="Your bank refused a payout. Check your bank account at Stripe.",
        url=reverse("billing:payouts"),
    )


def notify_about_refused_transfer(host: User, transfer: Transfer) -> None:
    """Notify a host once that Stripe refused to send them their share of a Space."""
    notify(
        host,
        kind=PAYOUT_FAILED,
        subject=transfer.name,
        text=f"Stripe refused to send you your share of “{isolated(transfer.space.title)}”. We try "
        "again every day. Check your account at Stripe.",
        url=reverse("billing:payouts"),
    )


def _notify_about_ticket(person: User, ticket: Ticket, text: str) -> None:
    notify(
        person,
        kind=REFUNDED,
        subject=f"ticket:{ticket.pk}",
        text=text,
        url=ticket.space.get_absolute_url(),
    )


KINDS = (
    Kind(
        name=BOUGHT,
        label="I bought a ticket",
        group="Spaces",
        channels={PAGE: True, PUSH: False, EMAIL: True},
        required=frozenset({PAGE, EMAIL}),
        urgent=True,
        late_after=DAYS,
        compose=_compose_receipt,
    ),
    Kind(
        name=TAKEN,
        label="I take a ticket that somebody gives me",
        group="Spaces",
        channels={PAGE: True, PUSH: False, EMAIL: True},
        required=frozenset({PAGE, EMAIL}),
        urgent=True,
        late_after=DAYS,
        compose=_compose_taken,
    ),
    Kind(
        name=FREE_SEAT,
        label="A ticket for which I am waiting is available",
        group="Spaces",
        channels={PAGE: True, PUSH: True, EMAIL: True},
        required=frozenset({PAGE, EMAIL}),
        urgent=True,
        late_after=timedelta(minutes=30),
        title="A ticket is available",
    ),
    Kind(
        name=PAYOUT_FAILED,
        label="A payout to me fails",
        group="Account",
        channels={PAGE: True, PUSH: True, EMAIL: True},
        required=frozenset({PAGE, EMAIL}),
        late_after=DAYS,
        title="Your payout failed",
    ),
    Kind(
        name=REFUNDED,
        label="My ticket is refunded",
        group="Spaces",
        channels={PAGE: True, PUSH: True, EMAIL: True},
        required=frozenset({PAGE, EMAIL}),
        late_after=DAYS,
        title="Your ticket is not valid any more",
        advice="If you paid for it, your bank takes 5 to 10 days to show the refund.",
    ),
)
