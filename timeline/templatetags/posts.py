"""Template filters for posts: the text with links, and the age of a post."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from timeline import feed, wording

register = template.Library()
MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800


@register.filter
def worded(entry: feed.Entry) -> SafeString:
    """Return the text of a post with links. If it ends with the URL of the Space whose card is
    shown, leave this URL out."""
    card_of = entry.card.space.public_id if entry.card else ""
    return wording.as_html(entry.post.text, handles=entry.handles, card_of=card_of)


@register.filter
def ago(at: datetime) -> str:
    """Return the age in short form: "now", "4 min", "3 h", "2 d", "Nov 22", "Nov 22, 2025"."""
    now = timezone.now()
    seconds = (now - at).total_seconds()
    for length, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if length <= seconds < WEEK:
            return f"{int(seconds // length)} {unit}"
    if seconds < MINUTE:
        return "now"
    return date_format(at, "M j" if at.year == now.year else "M j, Y")
