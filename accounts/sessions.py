"""Where someone is signed in, and ending it."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User


def sign_out_everywhere(request: HttpRequest, user: User) -> None:
    """End every session of this person, the one that asks included."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user):
            session.end()
    logout(request)
