"""Admission to Spaces with tickets: one rule for pages, sockets and sound.

Hosts and co-hosts enter free, and so do people who are invited to speak, speak or have spoken.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from billing import previews
from billing.models import Offer, Ticket
from core.prepared_queries import prepared
from scheduling.models import CohostInvitation, CohostState
from spaces.admission import NotAdmitted, screened_by
from spaces.models import Invitation, Participant, Space
from spaces.viewer import Viewer

Rows = QuerySet[Any, tuple[Any, ...]]  # of (Space, account), both as primary keys


class NeedsTicket(NotAdmitted):
    def __init__(self, space: Space) -> None:
        super().__init__(
            "needs_ticket",
            "You need a ticket to listen to this Space.",
            help_url=reverse("billing:buy", args=[space.public_id]),
            remedy="Buy a ticket",
        )


def _without_ticket_among(space: Space, viewers: Sequence[Viewer]) -> list[Viewer]:
    if not _offers(space.pk):
        return []
    entitled = _admitted({space.pk: [each.user.pk for each in viewers if each.user]})[space.pk]
    return [each for each in viewers if each.user is None or each.user.pk not in entitled]


@screened_by(_without_ticket_among)
def holds_ticket(space: Space, viewer: Viewer) -> NotAdmitted | None:
    """The rule of admission (settings.ADMISSION_RULES): a viewer has a ticket, enters free, or is
    in their free preview."""
    if not _offers(space.pk):
        return None
    if (
        viewer.user is not None
        and viewer.user.pk in _admitted({space.pk: [viewer.user.pk]})[space.pk]
    ):
        return None
    return NeedsTicket(space)


@prepared
def _offers(space_id: int) -> "QuerySet[Offer, int]":
    return Offer.objects.filter(space=space_id).values_list("pk", flat=True)


def enters_free(space: Space, user: User) -> bool:
    """Return whether a person needs no ticket, because they host the Space, are or were on its
    stage, are invited to the stage, or have accepted to co-host it."""
    return user.pk in _by_space(_free_entries([space.pk], [user.pk]))[space.pk]


def without_ticket(accounts: Mapping[int, Collection[int]]) -> Mapping[int, set[int]]:
    """Return by Space which of these accounts may not be in it, because they have no valid ticket,
    don't enter free, and are not in their free preview (settings.EXCLUSIONS)."""
    ticketed = set(Offer.objects.filter(space__in=accounts).values_list("space_id", flat=True))
    asked = {pk: people for pk, people in accounts.items() if pk in ticketed}
    if not asked:
        return {}
    admitted = _admitted(asked)
    return {pk: set(people) - admitted[pk] for pk, people in asked.items()}


def _admitted(accounts: Mapping[int, Collection[int]]) -> Mapping[int, set[int]]:
    """Return by Space which of these accounts have a valid ticket, are in their free preview, or
    enter free."""
    people = {account for each in accounts.values() for account in each}
    valid = Ticket.objects.filter(space__in=accounts, holder__in=people, state=Ticket.State.VALID)
    previewing = previews.running().filter(space__in=accounts, user__in=people)
    return _by_space(
        [
            valid.values_list("space_id", "holder_id"),
            previewing.values_list("space_id", "user_id"),
            *_free_entries(accounts, people),
        ]
    )


def _free_entries(spaces: Collection[int], people: Collection[int]) -> list[Rows]:
    """Return queries for (Space, account) of people who need no ticket."""
    hosts, invited = Space.objects.filter(pk__in=spaces), CohostInvitation.objects
    accepted = invited.filter(schedule__space__in=spaces, state=CohostState.ACCEPTED)
    return [
        hosts.filter(host__in=people).values_list("pk", "host_id"),
        hosts.filter(host_before__in=people).values_list("pk", "host_before_id"),
        # Everyone who was on stage: they may go on listening after they have spoken.
        Participant.objects.filter(space__in=spaces, user__in=people).values_list(
            "space_id", "user_id"
        ),
        Invitation.objects.filter(space__in=spaces, user__in=people).values_list(
            "space_id", "user_id"
        ),
        accepted.filter(user__in=people).values_list("schedule__space_id", "user_id"),
    ]


def _by_space(queries: list[Rows]) -> Mapping[int, set[int]]:
    """Run the queries as one; return the accounts by Space."""
    found: dict[int, set[int]] = defaultdict(set)
    first, *others = [each.order_by() for each in queries]
    for pk, account in first.union(*others):
        found[pk].add(account)
    return found
