"""Links that give tickets away."""

from django.urls import reverse

from accounts.previews import absolute
from billing.models import Ticket


def claim_link(ticket: Ticket) -> str:
    """Return the URL that gives a ticket away. Its QR code contains the same URL."""
    return absolute(reverse("billing:claim", args=[ticket.code]))
