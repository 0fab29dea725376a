"""Tags of a scheduled Space in a list."""

from django import template
from django.utils.safestring import SafeString

from core import cached_includes
from core.templatetags.times import local_time
from scheduling.upcoming import Upcoming

register = template.Library()


@register.simple_tag(takes_context=True)
def upcoming_row(context: template.Context, row: Upcoming) -> SafeString:
    return cached_includes.render_on(
        context,
        "scheduling/_upcoming_row.html",
        repeats=row.repeats,
        reminders=row.reminders,
        is_host=row.is_host,
        signed_in=context["user"].is_authenticated,
        error="",
        **_values_of(row),
    )


@register.simple_tag(takes_context=True)
def upcoming_tile(context: template.Context, row: Upcoming) -> SafeString:
    """Render the form that our home page has on phones."""
    return cached_includes.render_on(context, "scheduling/_upcoming_tile.html", **_values_of(row))


def _values_of(row: Upcoming) -> dict[str, cached_includes.Value]:
    space = row.space
    return {
        "public_id": space.public_id,
        "url": space.get_absolute_url(),
        "edits": space.edits,
        "title": space.title,
        "host_name": space.host.name,
        "starts_at": space.starts_at,
        "starts": local_time(space.starts_at) if space.starts_at else "",
        "is_set": row.is_set,
    }
