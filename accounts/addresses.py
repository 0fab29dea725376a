"""E-mail addresses belong to who proved them."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User


def settle(address: EmailAddress) -> None:
    """Take a proven address away from everyone who only claimed it.

    Otherwise a stranger who signed up with somebody's address, and could never prove it, would
    hold it against its owner: `User.email` is unique.
    """
    others = User.objects.exclude(pk=address.user_id)
    with transaction.atomic():
        EmailAddress.objects.filter(
            email__iexact=address.email, verified=False, user__in=others
        ).delete()
        others.filter(email__iexact=address.email).update(email="")
