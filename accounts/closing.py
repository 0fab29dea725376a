"""Closing an account: signed out everywhere, hidden, off every stage. The row stays."""

from django.db import transaction

from accounts import sessions
from accounts.models import User
from accounts.signals import account_closed


def close(user: User) -> None:
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        sessions.end_all(user)
        transaction.on_commit(lambda: account_closed.send(User, user=user))
    user.is_active = False
