"""A host's statement of a Space: each posting of its ledger in words, and the totals.

Every posting moves money into or out of the account HELD (`billing.ledger`), so the statement shows
all postings as the changes of this account. Its balance is what the host, the buyers and the
platform still get.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, When, Window

from billing import ledger
from billing.models import Offer, Posting, Refund, Ticket, Transfer
from billing.models.ledger import Account, Kind

WORDS: dict[str, str] = {
    Kind.SALE: "Ticket {ticket} sold",
    Kind.REFUND: "Ticket {ticket} refunded",
    Kind.REFUND_FAILED: "Ticket {ticket}: the bank refused the refund",
    Kind.DISPUTE: "Ticket {ticket}: the buyer’s bank took the money back",
    Kind.DISPUTE_WON: "Ticket {ticket}: the dispute was won",
    Kind.FEE: "Our fee",
    Kind.FEE_RETURNED: "Ticket {ticket}: our fee returned",
    Kind.TRANSFER: "Sent to your account at Stripe",
    Kind.REVERSAL: "Ticket {ticket}: your share taken back from your account at Stripe",
}


@dataclass(frozen=True)
class Line:
    """Amounts are in minor units of the offer's currency."""

    at: datetime
    ticket: str  # its id, or ""
    text: str
    change: int  # negative if money went out
    balance: int  # what is held after it


@dataclass(frozen=True)
class Totals:
    """What the postings sum up to, in minor units, and who gets the money that is held."""

    sales: int
    refunds: int
    disputes: int
    fees: int
    transferred: int
    # The fees of valid tickets whose money is not transferred yet, less the fees that we return for
    # tickets that stopped being valid after the transfer.
    fees_to_come: int
    due_to_buyers: int  # of refunds that Stripe has not done, or that have failed

    @property
    def held(self) -> int:
        return sum(amount for _, amount in self.moved)

    @property
    def owed(self) -> int:
        """What the host still gets; negative until the host's shares of refunded tickets are taken
        back from their account at Stripe."""
        return self.held + sum(amount for _, amount in self.claims)

    @property
    def moved(self) -> list[tuple[str, int]]:
        """What happened, in words, and what it changed."""
        return [
            ("Tickets sold", self.sales),
            ("Refunded", -self.refunds),
            ("Taken back by banks (disputes)", -self.disputes),
            ("Our fee", -self.fees),
            ("Sent to your account at Stripe", -self.transferred),
        ]

    @property
    def claims(self) -> list[tuple[str, int]]:
        """The parts of the held money that the host does not get, as negative amounts."""
        return [
            ("Our fee on what is sent next", -self.fees_to_come),
            ("Refunds that are not done yet", -self.due_to_buyers),
        ]


def postings_of(offer: Offer) -> QuerySet[Any, Any]:
    """Return rows for `lines`, in the order of the postings."""
    change = Case(When(target=Account.HELD, then=F("amount")), default=-F("amount"))
    found = Posting.objects.filter(space=offer.space_id).annotate(
        change=change, balance=Window(Sum(change), order_by=F("pk").asc())
    )
    return found.order_by("pk").values("created_at", "kind", "reference", "change", "balance")


def lines(postings: Iterable[dict[str, Any]]) -> Iterator[Line]:
    for row in postings:
        ticket = ledger.ticket_in(row["reference"])
        yield Line(
            at=row["created_at"],
            ticket=ticket,
            text=WORDS[row["kind"]].format(ticket=ticket),
            change=row["change"],
            balance=row["balance"],
        )


def totals_of(offer: Offer) -> Totals:
    sums: Counter[str] = Counter()
    by_kind = Posting.objects.filter(space=offer.space_id).values("kind")
    for row in by_kind.annotate(moved=Sum("amount")).order_by():
        sums[row["kind"]] = row["moved"]
    valid, transferred = Q(state=Ticket.State.VALID), Q(transfer__state=Transfer.State.SENT)
    # The money of refunds that have failed is kept for the buyer.
    is_due = Q(state=Ticket.State.REFUNDED) & ~Q(refund__state=Refund.State.SENT)
    tickets = Ticket.objects.filter(space=offer.space_id).aggregate(
        fees=Sum("fee", filter=valid & ~transferred, default=0),
        fees_back=Sum("fee", filter=~valid & transferred, default=0),
        due=Sum("price", filter=is_due, default=0),
    )
    return Totals(
        sales=sums[Kind.SALE],
        refunds=sums[Kind.REFUND] - sums[Kind.REFUND_FAILED],
        disputes=sums[Kind.DISPUTE] - sums[Kind.DISPUTE_WON],
        fees=sums[Kind.FEE] - sums[Kind.FEE_RETURNED],
        transferred=sums[Kind.TRANSFER] - sums[Kind.REVERSAL],
        fees_to_come=tickets["fees"] - tickets["fees_back"],
        due_to_buyers=tickets["due"],
    )
