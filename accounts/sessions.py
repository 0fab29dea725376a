"""Sign-in sessions: find the user of a session, and end sessions."""

from types import SimpleNamespace
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user, logout
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import sessions_ended

# The entry of a session with the id of the account that this browser signed out of.
PREVIOUS_USER = "formerly"


def user_of(session: Any) -> User | None:
    """Return the signed-in user of this session, from the database; None if it has no user."""
    user = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    return user if isinstance(user, User) else None


def sign_out_everywhere(request: HttpRequest, user: User) -> None:
    """End every session of this person, including the session of this request."""
    end_all(user)
    sign_out(request)


def end_all(user: User) -> None:
    """End every session of this person.

    A request that is still running keeps its loaded session, and may save it under a new key,
    e.g. the request in which a person changes their password.
    """
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user):
            session.end()
        transaction.on_commit(lambda: sessions_ended.send(UserSession))


def sign_out(request: HttpRequest) -> None:
    """Sign out. The new session remembers the account, so that people cannot evade a removal or a
    block by signing out."""
    previous = request.user.pk
    logout(request)
    transaction.on_commit(lambda: sessions_ended.send(UserSession))
    if previous is not None:
        request.session[PREVIOUS_USER] = previous
