"""What the timeline adds to pages of lower-level apps (settings.PAGE_SECTIONS)."""

from django import template
from django.utils.safestring import SafeString

from core.extents import key_in
from core.sections import render
from timeline import feed


def posts(context: template.Context) -> SafeString:
    """On a profile: the first page of its owner's posts that the reader may see."""
    request = context["request"]
    page = feed.posts_by(context["owner"], viewer=request.user, until=key_in(request, "until"))
    return render(context, "timeline/_profile_posts.html", page=page)


def posts_about(context: template.Context) -> SafeString | str:
    """On the page of a scheduled Space: the newest posts about it, if there are any."""
    entries = feed.about(context["space"], viewer=context["request"].user)
    return render(context, "timeline/_posts_about.html", entries=entries) if entries else ""
