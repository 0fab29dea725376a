"""Times on pages. static/js/local-time.js replaces them by the time of the viewer's zone."""

from datetime import UTC, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.times import in_short, stamp

register = template.Library()


@register.simple_tag
def local_time(at: datetime, style: str = "short") -> SafeString:
    """Render a time, in UTC for pages without scripts. Styles: "short" as in `core.times.in_short`,
    "clock" (18:00), "date" (Tuesday 24 November), "month" (Nov) and "day" (24)."""
    utc = at.astimezone(UTC)
    words = {
        "short": f"{in_short(at, UTC, timezone.now())} UTC",
        "clock": f"{utc:%H:%M} UTC",
        "date": f"{utc:%A} {utc.day} {utc:%B}",
        "month": f"{utc:%b}",
        "day": str(utc.day),
    }[style]
    return format_html(
        '<time datetime="{}" data-time="{}" dir="auto">{}</time>', stamp(utc), style, words
    )


@register.simple_tag
def date_tile(at: datetime) -> SafeString:
    """Render a leaf of a calendar. It is decorative: the time must be in the text next to it."""
    return format_html(
        '<span class="date-tile" aria-hidden="true">{}{}</span>',
        local_time(at, "month"),
        local_time(at, "day"),
    )
