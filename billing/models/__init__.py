from billing.models.difference import Difference
from billing.models.discount_code import DiscountCode
from billing.models.host_account import HostAccount
from billing.models.ledger import Posting
from billing.models.offer import Offer
from billing.models.preview import Preview
from billing.models.refund import Refund
from billing.models.reservation import Reservation
from billing.models.ticket import Ticket
from billing.models.transfer import Transfer
from billing.models.waiting import Waiting
from billing.models.webhook_event import WebhookEvent

__all__ = [
    "Difference",
    "DiscountCode",
    "HostAccount",
    "Offer",
    "Posting",
    "Preview",
    "Refund",
    "Reservation",
    "Ticket",
    "Transfer",
    "Waiting",
    "WebhookEvent",
]
