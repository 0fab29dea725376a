"""What the ledger and the tickets say after an action."""

from billing import ledger
from billing.models import Ticket
from billing.models.ledger import Account


def balances(space):
    return tuple(ledger.balances(space)[account] for account in Account)


def states():
    return [ticket.state for ticket in Ticket.objects.order_by("number")]
