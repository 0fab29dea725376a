"""The hosting gate: who may start a Space. The rule is defined only here.

A person needs 600 followers (settings.HOSTING_MIN_FOLLOWERS) or early access.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import QuerySet

from accounts.models import User

EARLY_ACCESS = "Early access"  # staff add people to this group in the admin


@dataclass(frozen=True)
class HostingEligibility:
    """What decides whether a person may host, and how many followers they lack."""

    followers: int
    needed: int
    early_access: bool

    @property
    def may_host(self) -> bool:
        return self.early_access or self.followers >= self.needed

    @property
    def followers_missing(self) -> int:
        return max(0, self.needed - self.followers)


def may_host(user: User) -> bool:
    return user.is_active and eligibility(user).may_host


def eligibility(user: User) -> HostingEligibility:
    """Read from the database, because a loaded `user.follower_count` may be out of date."""
    followers = User.objects.values_list("follower_count", flat=True).get(pk=user.pk)
    return HostingEligibility(
        followers=followers,
        needed=settings.HOSTING_MIN_FOLLOWERS,
        early_access=user.groups.filter(name=EARLY_ACCESS).exists(),
    )


def grant_early_access(people: QuerySet[User]) -> None:
    group, _ = Group.objects.get_or_create(name=EARLY_ACCESS)
    group.user_set.add(*people)


def withdraw_early_access(people: QuerySet[User]) -> None:
    for group in Group.objects.filter(name=EARLY_ACCESS):
        group.user_set.remove(*people)
