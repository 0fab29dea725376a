"""Receivers of signals from this app and lower-level apps. The body of each is one call."""

from typing import Any

from django.dispatch import receiver

from billing import kinds, signals
from billing.actions import refunding, reminding, waiting
from billing.models import Offer, Refund, Reservation, Ticket
from spaces.models import Space
from spaces.room.audio_reconcile import request_reconcile
from spaces.signals import space_cancelled


@receiver(space_cancelled)
def refund_a_cancelled_space(space: Space, **kwargs: Any) -> None:
    refunding.refund_all(space, Refund.Why.CANCELLED)


@receiver(signals.tickets_bought)
def send_the_receipt(reservation: Reservation, **kwargs: Any) -> None:
    kinds.notify_buyer(reservation)


@receiver(signals.tickets_bought)
def remind_the_buyer(reservation: Reservation, **kwargs: Any) -> None:
    reminding.remind_buyer(reservation)


@receiver(signals.ticket_claimed)
def send_the_ticket(ticket: Ticket, **kwargs: Any) -> None:
    kinds.notify_holder(ticket)


@receiver(signals.ticket_claimed)
def remind_the_holder(ticket: Ticket, **kwargs: Any) -> None:
    reminding.remind(ticket)


@receiver(signals.ticket_claimed)
def take_the_holder_off_the_waiting_list(ticket: Ticket, **kwargs: Any) -> None:
    waiting.leave_with_ticket(ticket)


@receiver(signals.ticket_lost)
def stop_reminding_the_holder(ticket: Ticket, **kwargs: Any) -> None:
    reminding.stop_reminding(ticket)


@receiver(signals.seats_freed)
def offer_free_seats(offer_id: int, **kwargs: Any) -> None:
    waiting.offer_seats(Offer(pk=offer_id))


@receiver(signals.ticket_lost)
def end_the_sound(ticket: Ticket, **kwargs: Any) -> None:
    """Close the holder's sound; the room closes the socket (`spaces.exclusions`)."""
    request_reconcile(ticket.space)
