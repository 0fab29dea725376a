"""Post to the ledger, and read balances from it (`billing.models.ledger`)."""

from collections import Counter

from django.db.models import Sum

from billing.models import Posting, Ticket
from billing.models.ledger import Account, Kind
from spaces.models import Space

# The accounts between which each kind moves money.
DIRECTIONS: dict[Kind, tuple[Account, Account]] = {
    Kind.SALE: (Account.BUYERS, Account.HELD),
    Kind.REFUND: (Account.HELD, Account.BUYERS),
    Kind.REFUND_FAILED: (Account.BUYERS, Account.HELD),
    Kind.DISPUTE: (Account.HELD, Account.BUYERS),
    Kind.DISPUTE_WON: (Account.BUYERS, Account.HELD),
    Kind.FEE: (Account.HELD, Account.PLATFORM),
    Kind.FEE_RETURNED: (Account.PLATFORM, Account.HELD),
    Kind.TRANSFER: (Account.HELD, Account.HOST),
    Kind.REVERSAL: (Account.HOST, Account.HELD),
}


def post(space_id: int, kind: Kind, reference: str, amount: int, currency: str) -> bool:
    """Post an entry, unless it was posted before or the amount is 0; return whether it is new."""
    if not amount:
        return False
    source, target = DIRECTIONS[kind]
    _, is_new = Posting.objects.get_or_create(
        kind=kind,
        reference=reference,
        defaults={
            "space_id": space_id,
            "source": source,
            "target": target,
            "amount": amount,
            "currency": currency,
        },
    )
    return is_new


def post_for(ticket: Ticket, kind: Kind, attempt: int = 0) -> bool:
    """Post the price of a ticket, once for each kind and attempt; return whether it is new."""
    reference = f"ticket:{ticket.pk}" + (f":{attempt}" if attempt else "")
    return post(ticket.space_id, kind, reference, ticket.price, ticket.currency)


def balances(space: Space) -> dict[Account, int]:
    """Return the balance of every account; they sum to zero."""
    totals: Counter[str] = Counter()
    postings = Posting.objects.filter(space=space).values("source", "target")
    for row in postings.annotate(moved=Sum("amount")):
        totals[row["source"]] -= row["moved"]
        totals[row["target"]] += row["moved"]
    return {account: totals[account] for account in Account}


def ticket_in(reference: str) -> str:
    """Return the id of the ticket that a posting's reference names, or "" if it names none."""
    kind, _, rest = reference.partition(":")
    return rest.partition(":")[0] if kind == "ticket" else ""
