"""What scheduled Spaces add to pages of lower-level apps (settings.PAGE_SECTIONS)."""

from django import template
from django.utils.safestring import SafeString

from accounts.models import User
from core.sections import render
from scheduling import upcoming


def upcoming_spaces(context: template.Context) -> SafeString | str:
    """On the Spaces page: scheduled Spaces that match its search."""
    reader, words, topic = context["request"].user, context.get("words"), context.get("topic")
    if (context.get("page") or 1) > 1:
        return ""  # the first page of live Spaces already shows them
    found = upcoming.find(reader, words=words or "", topic=topic, limit=upcoming.ON_SPACES_PAGE)
    return render(context, "scheduling/_upcoming.html", upcoming=found)


def upcoming_of_owner(context: template.Context) -> SafeString | str:
    """On a profile: the next scheduled Spaces of its owner."""
    owner: User = context["owner"]
    found = upcoming.hosted_by(owner, context["request"].user, limit=upcoming.BESIDE)
    if not found.rows:
        return ""
    return render(context, "scheduling/_upcoming_of_owner.html", upcoming=found)


def upcoming_beside(context: template.Context) -> SafeString | str:
    """In the side column: the first scheduled Spaces of the ranked list."""
    found = upcoming.find(context["request"].user, limit=upcoming.BESIDE)
    if not found.rows:
        return ""
    return render(context, "scheduling/_upcoming_beside.html", upcoming=found)


def upcoming_of_followed(context: template.Context) -> SafeString | str:
    """On the home page of a phone, which has no side column: the next Spaces of people whom the
    reader follows."""
    found = upcoming.of_followed(context["request"].user, limit=upcoming.ON_HOME_PAGE)
    if not found.rows:
        return ""
    return render(context, "scheduling/_upcoming_of_followed.html", upcoming=found)


def schedule_link(context: template.Context) -> SafeString | str:
    """In the header of the Spaces page: the reader's own schedule."""
    if not context["request"].user.is_authenticated:
        return ""
    return render(context, "scheduling/_schedule_link.html")


def start_tabs(context: template.Context) -> SafeString:
    """On the page that starts a Space: the tabs for starting now and for starting later."""
    return render(context, "scheduling/_start_tabs.html")
