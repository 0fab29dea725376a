"""Template tags and filters for posts: the post, its card, the text with links, and its age."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.templatetags.avatar_tags import avatar
from core import cached_includes
from core.templatetags.times import local_time
from spaces.directory.card_values import values_of
from spaces.directory.cards import Card
from spaces.directory.live_view import live_view_of
from timeline import feed, wording
from timeline.models import Post

register = template.Library()
MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800


@register.simple_tag(takes_context=True)
def post(
    context: template.Context,
    entry: feed.Entry,
    *,
    lead: bool = False,
    above: bool = False,
    without_card: bool = False,
    wait: int = 1,
) -> SafeString:
    """Render a post.

    `lead`   it is the main post of its page
    `above`  the main post replies to it
    `wait`   seconds until the page asks again whether the picture is ready
    """
    shown, author, user = entry.post, entry.post.author, context.get("user")
    reader = user if isinstance(user, User) else None
    on_air = live_view_of(context.get("request")).get(reader.key) if reader else None
    card = None if without_card else entry.card
    image = shown.image if shown.image else None
    return cached_includes.render_on(
        context,
        "timeline/_post.html",
        lead=lead,
        above=above,
        wait=wait,
        post_id=shown.pk,
        post_url=shown.get_absolute_url(),
        state=str(shown.state),
        failure=shown.failure,
        author_name=author.name,
        handle=author.handle,
        author_url=author.get_absolute_url(),
        avatar=avatar(context, author, 44, link=True),
        created_at=shown.created_at,
        age=ago(shown.created_at),
        text=shown.text,
        mentioned=" ".join(sorted(entry.handles)),
        picture_url=image.url if image else "",
        picture_width=shown.image_width,
        picture_height=shown.image_height,
        alt=shown.alt,
        card=_card(card, shown) if card else "",
        card_of=entry.card.space.public_id if entry.card else "",
        is_reply=shown.reply_to_id is not None,
        replies=shown.reply_count,
        likes=shown.like_count,
        liked=entry.liked,
        signed_in=reader is not None,
        is_own=reader is not None and shown.author_id == reader.pk,
        pins_to=on_air.space_id if on_air else "",
        error="",
    )


@register.simple_tag
def attached_card(card: Card) -> SafeString:
    """Render the card of the Space that a new post will show."""
    return _card(card, None)


def _card(card: Card, shown: Post | None) -> SafeString:
    space = card.space
    return cached_includes.render(
        "timeline/_card.html",
        state=str(space.state),
        edits=space.edits,
        lasted=card.lasted if space.is_ended else "",
        starts=local_time(space.starts_at) if space.is_scheduled and space.starts_at else "",
        post_id=shown.pk if shown else "",
        post_url=shown.get_absolute_url() if shown else "",
        **values_of(card),
    )


@register.simple_tag
def worded(text: str, mentioned: str, card_of: str) -> SafeString:
    """Return the text of a post with links. `mentioned` are the handles of people who exist. If the
    text ends with the URL of the Space `card_of`, whose card is shown, leave this URL out."""
    return wording.as_html(text, handles=mentioned.split(), card_of=card_of)


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
