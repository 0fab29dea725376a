"""Admission to Spaces with tickets: one rule for pages, sockets and sound.

The host, co-hosts and the people whom a host invites to speak enter free.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.urls import reverse

from billing import previews
from billing.models import Offer, Ticket
from scheduling.models import CohostInvitation, CohostState
from spaces.admission import NotAdmitted
from spaces.models import Invitation, Participant, Space
from spaces.viewer import Viewer


class NeedsTicket(NotAdmitted):
    def __init__(self, space: Space) -> None:
        super().__init__(
            "needs_ticket",
            "You need a ticket to listen to this Space.",
            help_url=reverse("billing:buy", args=[space.public_id]),
            remedy="Buy a ticket",
        )


def holds_ticket(space: Space, viewer: Viewer) -> NotAdmitted | None:
    """The rule of admission (settings.ADMISSION_RULES): a viewer has a ticket or enters free."""
    if not Offer.objects.filter(space=space).exists():
        return None
    if (
        viewer.user is not None
        and viewer.user.pk in _admitted({space.pk: [viewer.user.pk]})[space.pk]
    ):
        return None
    return NeedsTicket(space)


def without_ticket(accounts: Mapping[int, Collection[int]]) -> Mapping[int, set[int]]:
    """Return by Space which of these accounts have no valid ticket (settings.EXCLUSIONS)."""
    sold = set(Offer.objects.filter(space__in=accounts).values_list("space_id", flat=True))
    asked = {pk: people for pk, people in accounts.items() if pk in sold}
    if not asked:
        return {}
    admitted = _admitted(asked)
    return {pk: set(people) - admitted[pk] for pk, people in asked.items()}


def _admitted(accounts: Mapping[int, Collection[int]]) -> Mapping[int, set[int]]:
    """Return by Space which of these accounts have a valid ticket or enter free."""
    people = {account for each in accounts.values() for account in each}
    free = CohostInvitation.objects.filter(
        schedule__space__in=accounts, user__in=people, state=CohostState.ACCEPTED
    )
    rows = [
        Ticket.objects.filter(
            space__in=accounts, holder__in=people, state=Ticket.State.VALID
        ).values_list("space_id", "holder_id"),
        Space.objects.filter(pk__in=accounts, host__in=people).values_list("pk", "host_id"),
        Space.objects.filter(pk__in=accounts, host_before__in=people).values_list(
            "pk", "host_before_id"
        ),
        # Everyone who was on stage: they may go on listening after they have spoken.
        Participant.objects.filter(space__in=accounts, user__in=people).values_list(
            "space_id", "user_id"
        ),
        Invitation.objects.filter(space__in=accounts, user__in=people).values_list(
            "space_id", "user_id"
        ),
        free.values_list("schedule__space_id", "user_id"),
        previews.running()
        .filter(space__in=accounts, user__in=people)
        .values_list("space_id", "user_id"),
    ]
    admitted: dict[int, set[int]] = defaultdict(set)
    first, *others = [each.order_by() for each in rows]
    for pk, account in first.union(*others):
        admitted[pk].add(account)
    return admitted
