"""Receivers of signals about accounts, sign-out and e-mail addresses. A receiver should only call
one function."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Export, User
from accounts.session_refs import SessionRef
from accounts.signals import export_completed, new_browser_signed_in, user_followed
from accounts.templatetags.sessions import browser
from notifications import addresses, zones
from notifications.inbox import notify
from notifications.push import subscriptions


@receiver(user_followed)
def notify_followed(follower: User, followed: User, **kwargs: Any) -> None:
    notify(
        followed,
        kind="follow",
        subject="followers",
        text=f"{follower.name} follows you",
        many="follow you",
        url=follower.get_absolute_url(),
        actor=follower,
    )


@receiver(export_completed)
def notify_export_ready(export: Export, **kwargs: Any) -> None:
    text = "The copy of your data is ready. Download it in your settings."
    notify(export.user, kind="export", text=text, url=reverse("accounts:data"))


@receiver(new_browser_signed_in)
def notify_new_sign_in(user: User, user_agent: str, **kwargs: Any) -> None:
    at = f"{timezone.localtime(timezone=zones.of(user)):%-d %B %Y at %H:%M %Z}"
    text = f"Someone signed in to your account with {browser(user_agent)}, on {at}."
    notify(user, kind="sign_in", text=text, url=reverse("usersessions_list"))


@receiver(user_logged_out)
def end_push_messages(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Other ways to end a session need no signal: see `subscriptions.current` and `sweep`."""
    if user is not None:
        subscriptions.end_with_session(SessionRef.of(request.session, user))


@receiver(email_confirmed)
def use_confirmed_address(email_address: EmailAddress, **kwargs: Any) -> None:
    addresses.restore(email_address.email)
