"""What Spaces add to pages of lower-level apps (settings.PAGE_SECTIONS)."""

from django import template
from django.utils.safestring import SafeString

from accounts.models import User
from core.sections import render
from spaces.directory.discovery import beside
from spaces.directory.live_view import live_view_of
from spaces.finding import find


def live_now(context: template.Context) -> SafeString:
    """In the side column: the live Spaces with the most listeners."""
    return render(context, "spaces/_live_now.html", **beside(live_view_of(context["request"])))


def live_strip(context: template.Context) -> SafeString | str:
    """On a profile: the Space in which its owner is live, if the reader may see it."""
    owner: User = context["owner"]
    live = live_view_of(context["request"]).get(owner.key)
    if live is None or context["is_blocked"] or context["blocks_viewer"]:
        return ""
    found = find(live.space_id)
    return render(context, "spaces/_live_strip.html", space=found, person=owner) if found else ""
