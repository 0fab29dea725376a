"""Mute people: `user` is no longer notified when `person` goes live, but still follows them."""

from collections.abc import Collection

from django.db.models import QuerySet

from accounts.models import User
from core.prepared_queries import prepared
from notifications.models import MutedPerson

MAX_LISTED = 200


def mute(user: User, person: User) -> None:
    if user != person:
        MutedPerson.objects.get_or_create(user=user, muted=person)


def unmute(user: User, person: User) -> None:
    MutedPerson.objects.filter(user=user, muted=person).delete()


def is_muted(user: User, person: User) -> bool:
    """Return whether `user` mutes `person`."""
    return bool(_mutes(user.pk, person.pk))


@prepared
def _mutes(user_id: int, person_id: int) -> "QuerySet[MutedPerson, int]":
    return MutedPerson.objects.filter(user=user_id, muted=person_id).values_list("pk", flat=True)


def muted_by(user: User) -> QuerySet[MutedPerson]:
    """Return whom `user` mutes, the latest first; MAX_LISTED at most."""
    muted = MutedPerson.objects.filter(user=user, muted__is_active=True)
    return muted.select_related("muted").order_by("-pk")[:MAX_LISTED]


def users_who_mute(person_id: int, user_ids: Collection[int]) -> set[int]:
    """Return the users among `user_ids` who mute the person."""
    muting = MutedPerson.objects.filter(muted=person_id, user__in=user_ids)
    return set(muting.values_list("user_id", flat=True))
