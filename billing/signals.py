"""Signals about tickets. Each is sent after the commit; a receiver's body is one call."""

from django.dispatch import Signal

tickets_bought = Signal()  # with `reservation`
ticket_claimed = Signal()  # with `ticket`: its holder has just taken it
seats_freed = Signal()  # with `offer_id`
ticket_lost = Signal()  # with `ticket`: it was refunded or disputed, so it admits nobody any more
