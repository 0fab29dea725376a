"""Sign-in sessions: find the user of a session, and end sessions."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user,
    logout,
)
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.models import User
from accounts.session_store import SessionStore
from accounts.signals import sessions_ended
from core.prepared_queries import prepared

# The entry of a session with the id of the account that this browser signed out of.
PREVIOUS_USER = "formerly"


def user_of(session: Any) -> User | None:
    """Return the signed-in user of this session, from the database; None if it has no user."""
    user = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    return user if isinstance(user, User) else None


def users_of(sessions: Sequence[SessionStore]) -> dict[SessionStore, User | None]:
    """Load these sessions and their users with two queries. Return what `user_of` returns for each
    session; but leave out sessions that it may change or end, e.g. after a change of the password.
    """
    SessionStore.load_all(sessions)
    ids = {session: _account_in(session) for session in sessions}
    wanted = sorted({pk for pk in ids.values() if pk is not None})
    users = {user.pk: user for user in _with_ids(wanted)} if wanted else {}
    found: dict[SessionStore, User | None] = {}
    for session, pk in ids.items():
        user = None if pk is None else users.get(pk)
        if SESSION_KEY not in session:
            found[session] = None
        elif user is not None and _is_valid(session, user):
            found[session] = user
    return found


def _account_in(session: SessionStore) -> int | None:
    try:
        return int(session[SESSION_KEY])
    except (KeyError, TypeError, ValueError):
        return None


def _is_valid(session: SessionStore, user: User) -> bool:
    """Return whether `user_of` accepts this session of `user` as it is."""
    return (
        user.is_active
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    )


@prepared
def _with_ids(ids: list[int]) -> QuerySet[User]:
    return User.objects.filter(pk__in=ids)


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
