"""Which accounts have staff rights. Only superusers may change those.

A way into such an account is a way to its rights: a new password, an address that gets the link to
reset it, a second step taken away.
"""

from django.db.models import Q

from accounts.models import User


def is_staff_account(person: User) -> bool:
    return person.is_staff or person.is_superuser


def may_reach(actor: User, person: User) -> bool:
    return actor.is_superuser or not is_staff_account(person)


def staff_accounts(path: str = "") -> Q:
    """As a filter. `path` leads to the person: "user__" of sessions."""
    return Q(**{f"{path}is_staff": True}) | Q(**{f"{path}is_superuser": True})
