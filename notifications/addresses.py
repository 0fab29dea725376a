"""The e-mail addresses to which notifications are sent: those that are verified, and that no mail
server has refused."""

from collections.abc import Collection

import structlog
from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from accounts.models import User
from notifications.models import UndeliverableAddress

log = structlog.get_logger(__name__)


def address_of(user: User) -> str:
    """Return the primary address, another usable one if the primary can't be used, or ""."""
    usable = _usable().filter(user=user).order_by("-primary", "pk")
    return str(usable.values_list("email", flat=True).first() or "")


def people_with_address(user_ids: Collection[int]) -> set[int]:
    return set(_usable().filter(user__in=user_ids).values_list("user_id", flat=True))


def drop(user: User, email: str, reason: str) -> None:
    """Stop sending notifications to this address, because a mail server refused it permanently."""
    UndeliverableAddress.objects.get_or_create(
        email=email.lower(), defaults={"user": user, "reason": reason[:100]}
    )
    log.info("address_dropped", user=user.pk, reason=reason)


def restore(email: str) -> bool:
    """Use an address again, because its owner has received an e-mail there. Return False if it had
    not been dropped."""
    deleted, _ = UndeliverableAddress.objects.filter(email=email.lower()).delete()
    return bool(deleted)


def restore_all(user: User) -> bool:
    """Use all addresses of this person again; return False if none had been dropped."""
    deleted, _ = UndeliverableAddress.objects.filter(user=user).delete()
    return bool(deleted)


def undeliverable_of(user: User) -> list[str]:
    """Return the addresses to which no notifications are sent, because a mail server refused
    them."""
    found = UndeliverableAddress.objects.filter(user=user).order_by("email")
    return list(found.values_list("email", flat=True))


def _usable() -> QuerySet[EmailAddress]:
    # Both apps store addresses in lower case (allauth since 65).
    undeliverable = UndeliverableAddress.objects.values("email")
    usable: QuerySet[EmailAddress] = EmailAddress.objects.filter(verified=True)
    return usable.exclude(email__in=undeliverable)
