"""What captions add to the page of a live Space (settings.PAGE_SECTIONS)."""

from functools import cache

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.models import User
from captions.ended_spaces import find
from captions.languages import LANGUAGES
from captions.transcript import lines_for
from core.cached_includes import render_on
from core.sections import render
from spaces.viewer import Viewer


def panel(context: template.Context) -> SafeString:
    return render_on(context, "captions/_panel.html", signed_in=context["signed_in"])


def button(context: template.Context) -> SafeString:
    return render_on(context, "captions/_button.html")


def chip(context: template.Context) -> SafeString:
    return render_on(context, "captions/_chip.html")


def menu_item(context: template.Context) -> SafeString:
    return render_on(context, "captions/_menu_item.html")


def read_only(context: template.Context) -> SafeString:
    """On the preview: a button to enter without sound, and only read the captions."""
    return render_on(context, "captions/_preview.html")


def person_acts(context: template.Context) -> SafeString:
    return render_on(context, "captions/_person_acts.html")


def transcript_card(context: template.Context) -> SafeString | str:
    """On the page of an ended Space: a link to the transcript, if there is one that the
    reader may read."""
    space = context["space"]
    if not (space.is_ended and context["reads_room"]):
        return ""
    user = context["request"].user
    count = lines_for(space, user if isinstance(user, User) else None).count()
    if not count:
        return ""
    return render(context, "captions/_transcript_card.html", line_count=count)


def ended_spaces(context: template.Context) -> SafeString | str:
    """On the page of Spaces: those that have ended, found by what was said."""
    request = context["request"]
    found = find(Viewer.of(request.user, request.session), context["words"])
    return render(context, "captions/_ended_spaces.html", ended_spaces=found) if found else ""


def sheets(context: template.Context) -> SafeString:
    signed_in, options = context["signed_in"], _language_options()
    sheet = render_on(
        context, "captions/_sheet.html", signed_in=signed_in, language_options=options
    )
    return sheet + render_on(context, "captions/_templates.html", signed_in=signed_in)


@cache
def _language_options() -> SafeString:
    """Return the options of the select. To render a hundred for each page would take a sixth of the
    time of the page."""
    options = ((code, code, name) for code, name in LANGUAGES.items())
    return format_html_join("\n      ", '<option value="{}" lang="{}">{}</option>', options)
