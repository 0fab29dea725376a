"""What accounts say, and who is told of it. A receiver's body is one call."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from accounts.models import Export, User
from accounts.signals import export_made, user_followed
from notifications.inbox import notify


@receiver(user_followed)
def tell_the_followed(follower: User, followed: User, **kwargs: Any) -> None:
    words = f"{follower.name} follows you"
    notify(followed, kind="follow", text=words, url=follower.get_absolute_url(), actor=follower)


@receiver(export_made)
def tell_whose_copy_is_ready(export: Export, **kwargs: Any) -> None:
    words = "The copy of your data is ready. Download it in your settings."
    notify(export.user, kind="export", text=words, url=reverse("accounts:data"))
