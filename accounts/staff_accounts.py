"""Accounts with staff rights. Only superusers may change these accounts.

A person who can sign in to such an account has its rights. Setting a new password, changing the
e-mail address that receives reset links, or removing the second factor can make that possible.
"""

from django.db.models import Q

from accounts.models import User


def is_staff_account(person: User) -> bool:
    return person.is_staff or person.is_superuser


def may_change_account(actor: User, person: User) -> bool:
    """Return whether `actor`, a member of the staff, may change this person's account."""
    return actor.is_superuser or not is_staff_account(person)


def staff_accounts(path: str = "") -> Q:
    """Match staff accounts. `path` is the lookup to the person, e.g. "user__" for sessions."""
    return Q(**{f"{path}is_staff": True}) | Q(**{f"{path}is_superuser": True})
