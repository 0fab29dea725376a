"""The data that pages show about tickets, sales and payouts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import User
from billing import previews
from billing.actions import guest_passes, waiting
from billing.admission import enters_free
from billing.claim_links import claim_link
from billing.models import Offer, Refund, Reservation, Ticket, Transfer, Waiting
from billing.models.reservation import OPEN
from core import shared_clock
from core.times import duration_in_words
from scheduling.models import Reminder
from spaces.models import Space, State

MAX_LISTED = 200  # tickets in a person's list


@dataclass(frozen=True)
class Sale:
    """An offer as buyers see it now."""

    offer: Offer
    price: int  # of the next ticket
    early_until: datetime | None  # of the early price, if that is the price now
    early_left: int | None  # tickets at the early price; None if their number is not limited

    @property
    def is_early(self) -> bool:
        return self.price < self.offer.price

    @property
    def is_over(self) -> bool:
        return not self.offer.is_open_at(shared_clock.now())


@dataclass(frozen=True)
class Own:
    """A person's tickets for a Space, their open purchase, and their place on the waiting list."""

    ticket: Ticket | None  # the valid ticket that they hold
    gifts: list[Ticket]  # bought, and not taken by anybody yet
    open_reservation: Reservation | None
    enters_free: bool
    waiting: Waiting | None = None  # their entry on the waiting list
    place: int = 0  # on the waiting list, from 1; 0 if they don't wait

    @property
    def buys_for_others(self) -> bool:
        return self.ticket is not None or self.enters_free

    @property
    def has_offered_seat(self) -> bool:
        return self.waiting is not None and self.waiting.state == Waiting.State.OFFERED


@dataclass(frozen=True)
class Sales:
    """The sales of a Space, without guest passes; amounts are in minor units of the offer's
    currency."""

    sold: int  # tickets that are valid
    reserved: int  # seats of purchases that are not paid yet
    offered: int  # seats that are offered to people on the waiting list
    left: int
    revenue: int
    fees: int
    refunded: int
    refunded_amount: int
    disputed: int
    transfers: list[Transfer]

    @property
    def held(self) -> int:
        return self.reserved + self.offered

    @property
    def income(self) -> int:
        return self.revenue - self.fees


@dataclass(frozen=True)
class GuestPasses:
    made: int
    most: int
    links: list[tuple[int, str]]  # (id, link) of each pass that nobody has taken

    @property
    def are_left(self) -> bool:
        return self.made < self.most


def offer_of(space: Space) -> Offer | None:
    return Offer.objects.filter(space=space).select_related("space__host").first()


def sale_of(offer: Offer) -> Sale:
    now = shared_clock.now()
    price = offer.price_at(now)
    is_early = price < offer.price
    left = offer.early_quantity - offer.taken if is_early and offer.early_quantity else None
    return Sale(offer, price, offer.early_until if is_early else None, left)


def own_of(space: Space, reader: User | None) -> Own:
    if reader is None:
        return Own(None, [], None, enters_free=False)
    valid = Ticket.objects.filter(space=space, state=Ticket.State.VALID)
    tickets = list(
        valid.filter(Q(holder=reader) | Q(holder=None, reservation__buyer=reader))
        .select_related("reservation")
        .order_by("pk")
    )
    ticket = next((each for each in tickets if each.holder_id == reader.pk), None)
    opened = Reservation.objects.filter(offer__space=space, buyer=reader, state__in=OPEN).first()
    entry = waiting.entry_of(space, reader)
    return Own(
        ticket,
        gifts=[each for each in tickets if each.holder_id is None],
        open_reservation=opened,
        enters_free=ticket is None and enters_free(space, reader),
        waiting=entry,
        place=waiting.position(entry) if entry else 0,
    )


def may_preview(offer: Offer, reader: User) -> bool:
    """Return whether a person may start the free preview now."""
    is_offered = offer.allows_preview and offer.space.is_live
    return is_offered and previews.end_of(offer.space, reader) is None


def refund_policy(*, is_seller: bool = False) -> str:
    """Return when tickets can be returned, in words for a buyer or for the seller."""
    before = settings.BUYERS_REFUND_UNTIL
    until = f"{duration_in_words(before)} before the start" if before else "the start"
    if is_seller:
        return (
            f"Buyers can return a ticket until {until}. "
            "If you cancel the Space, they get their money back."
        )
    return (
        f"You can return a ticket until {until}. "
        "If the Space is cancelled, you get your money back."
    )


def payout_time() -> str:
    """Return when a host's share is sent, e.g. "about a day after" (the end of the Space)."""
    delay = settings.PAYOUT_DELAY
    if delay < timedelta(hours=1):
        return "soon after"
    days, rest = divmod(delay, timedelta(days=1))
    if rest:
        return f"about {duration_in_words(delay)} after"
    return "about a day after" if days == 1 else f"about {days} days after"


def tickets_of(person: User) -> list[Ticket]:
    """Return the tickets that a person holds, or that they bought and can give away; the tickets of
    the latest Space first."""
    gifts = Q(holder=None, reservation__buyer=person, state=Ticket.State.VALID)
    found = Ticket.objects.filter(Q(holder=person) | gifts)
    return list(
        found.select_related("space__host", "reservation").order_by("-space__starts_at", "-pk")[
            :MAX_LISTED
        ]
    )


def unfinished_of(person: User) -> list[Reservation]:
    """Return the purchases of a person that are not paid yet."""
    found = Reservation.objects.filter(buyer=person, state__in=OPEN)
    return list(found.select_related("offer__space__host").order_by("created_at"))


def visible_ticket(pk: int, reader: User) -> Ticket | None:
    """Return a ticket if the reader is its holder or its buyer, otherwise None."""
    found = Ticket.objects.filter(Q(holder=reader) | Q(reservation__buyer=reader), pk=pk)
    return found.select_related("space__host", "reservation__buyer", "holder").first()


def is_reminded(space: Space, person: User) -> bool:
    """Return whether the person will be reminded of a Space that has not started."""
    return space.is_scheduled and Reminder.objects.filter(space=space, user=person).exists()


def spaces_with_ticket(person: User) -> Iterable[int]:
    """A source of a person's schedule (settings.AGENDA_SOURCES): the Spaces for which they hold
    a ticket."""
    valid = Ticket.objects.filter(holder=person, state=Ticket.State.VALID)
    return valid.values_list("space_id", flat=True)


def attendees(offer: Offer) -> QuerySet[Ticket]:
    """Return the tickets of a Space, including guest passes, for its seller. Pages show who holds
    them, but no e-mail addresses."""
    sold = Ticket.objects.filter(space=offer.space)
    return sold.select_related("holder", "reservation__discount", "refund").order_by("pk")


def guest_passes_of(offer: Offer) -> GuestPasses:
    made = Ticket.objects.filter(space=offer.space, reservation=None).count()
    links = [(each.pk, claim_link(each)) for each in guest_passes.unclaimed(offer)]
    return GuestPasses(made, guest_passes.MAX_PASSES, links)


def sales_of(offer: Offer) -> Sales:
    tickets = Ticket.objects.filter(space=offer.space, reservation__isnull=False)
    valid = Q(state=Ticket.State.VALID)
    sums = tickets.aggregate(
        sold=Count("pk", filter=valid),
        revenue=Sum("price", filter=valid, default=0),
        fees=Sum("fee", filter=valid, default=0),
        disputed=Count("pk", filter=Q(state=Ticket.State.DISPUTED)),
    )
    open_ones = Reservation.objects.filter(offer=offer, state__in=OPEN)
    refunds = Refund.objects.filter(ticket__space=offer.space).aggregate(
        refunded=Count("pk"), refunded_amount=Sum("amount", default=0)
    )
    return Sales(
        **sums,
        **refunds,
        reserved=open_ones.aggregate(seats=Sum("quantity", default=0))["seats"],
        offered=Waiting.objects.filter(offer=offer, state=Waiting.State.OFFERED).count(),
        left=offer.left,
        transfers=list(Transfer.objects.filter(space=offer.space).order_by("pk")),
    )


def refused_transfers(host: User) -> list[Transfer]:
    """Return the host's shares that Stripe has refused to send; they are tried again."""
    failed = Transfer.objects.filter(state=Transfer.State.FAILED, space__offer__seller=host)
    return list(failed.select_related("space").order_by("pk")[:MAX_LISTED])


REQUIREMENTS = {  # a part of Stripe's name of what is missing -> the same in words
    "outbound_destination": "Your bank account",
    "external_account": "Your bank account",
    "attestations": "Your agreement to Stripe’s terms",
    "tos_acceptance": "Your agreement to Stripe’s terms",
    "date_of_birth": "Your date of birth",
    "dob": "Your date of birth",
    "address": "Your address",
    "given_name": "Your name",
    "surname": "Your name",
    "name": "Your name",
    "email": "Your e-mail address",
    "phone": "Your phone number",
    "document": "A picture of an identity document",
    "id_number": "The number of an identity document",
    "representative": "Who represents your company",
    "owner": "Who owns your company",
    "business": "What your company does",
}


def missing_in_words(names: Iterable[str]) -> list[str]:
    """Return what Stripe still needs from a host, in words, each once."""
    words = [
        next((text for part, text in REQUIREMENTS.items() if part in name), "More about you")
        for name in names
    ]
    return list(dict.fromkeys(words))


def is_ahead(space: Space) -> bool:
    """Return whether a Space is scheduled or live."""
    return space.state in (State.SCHEDULED, State.LIVE)
