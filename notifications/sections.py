"""What notifications add to the pages of accounts (settings.PAGE_SECTIONS)."""

from django import template

from accounts.models import User
from core import sections
from notifications import muting


def mute(context: template.Context) -> str:
    """In the menu of a profile: mute the person, or unmute them."""
    user, person = context.get("user"), context.get("owner")
    if not isinstance(user, User) or not isinstance(person, User) or context.get("is_blocked"):
        return ""
    is_muted = muting.is_muted(user, person)
    if not is_muted and not context.get("is_followed"):
        return ""  # only followers are notified when a person goes live
    return sections.render(context, "notifications/_mute.html", is_muted=is_muted)
