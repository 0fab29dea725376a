"""What captions add to the page of a live Space (settings.PAGE_SECTIONS)."""

from django import template
from django.utils.safestring import SafeString

from core.sections import render


def panel(context: template.Context) -> SafeString:
    return render(context, "captions/_panel.html")


def button(context: template.Context) -> SafeString:
    return render(context, "captions/_button.html")


def chip(context: template.Context) -> SafeString:
    return render(context, "captions/_chip.html")


def menu_item(context: template.Context) -> SafeString:
    return render(context, "captions/_menu_item.html")


def read_only(context: template.Context) -> SafeString:
    """On the preview: enter without sound."""
    return render(context, "captions/_preview.html")


def person_acts(context: template.Context) -> SafeString:
    return render(context, "captions/_person_acts.html")


def sheets(context: template.Context) -> SafeString:
    return render(context, "captions/_sheet.html") + render(context, "captions/_templates.html")
