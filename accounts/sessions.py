"""Where someone is signed in, and ending it."""

from types import SimpleNamespace
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user, logout
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import sessions_ended

FORMERLY = "formerly"  # in a browser's session: the key of the account that it last signed out of


def user_of(session: Any) -> User | None:
    """Who is signed in with this session, read from the database; None when nobody is."""
    user = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    return user if isinstance(user, User) else None


def sign_out_everywhere(request: HttpRequest, user: User) -> None:
    """End every session of this person, the one that asks included."""
    end_all(user)
    sign_out(request)


def end_all(user: User) -> None:
    """A request that is under way keeps what it has read, and may go on under a new key."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user):
            session.end()
        transaction.on_commit(lambda: sessions_ended.send(UserSession))


def sign_out(request: HttpRequest) -> None:
    """The new session remembers who left: signing out is no way around a removal or a block."""
    left = request.user.pk
    logout(request)
    transaction.on_commit(lambda: sessions_ended.send(UserSession))
    if left is not None:
        request.session[FORMERLY] = left
