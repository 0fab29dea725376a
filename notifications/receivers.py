"""Turn signals of accounts into notifications. A receiver should only call one function."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from accounts.models import Export, User
from accounts.signals import export_completed, user_followed
from notifications.inbox import notify


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
