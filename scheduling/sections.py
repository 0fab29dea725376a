"""What scheduled Spaces add to pages of lower-level apps (settings.PAGE_SECTIONS)."""

from django import template
from django.utils.safestring import SafeString

from core.sections import render


def start_tabs(context: template.Context) -> SafeString:
    """On the page that starts a Space: whether it starts now or later."""
    return render(context, "scheduling/_start_tabs.html")
