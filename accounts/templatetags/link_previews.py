"""The tag for the preview of links to a page."""

from django import template
from django.utils.safestring import SafeString

from accounts.previews import Preview
from core import cached_includes

register = template.Library()


@register.simple_tag
def preview_tags(preview: Preview) -> SafeString:
    """Render the meta tags from which other sites make a preview of links to this page."""
    return cached_includes.render(
        "components/_preview_tags.html",
        kind=preview.kind,
        title=preview.title,
        description=preview.description,
        url=preview.url,
        oembed_url=preview.oembed_url,
        picture_url=preview.picture.url,
        picture_width=preview.picture.width,
        picture_height=preview.picture.height,
        picture_alt=preview.picture.alt,
        is_wide=preview.is_wide,
    )
