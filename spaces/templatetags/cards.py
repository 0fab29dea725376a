"""The tag of the card of a live Space."""

from django import template
from django.utils.safestring import SafeString

from core import cached_includes
from spaces.directory.card_values import values_of
from spaces.directory.cards import Card

register = template.Library()


@register.simple_tag(takes_context=True)
def space_card(context: template.Context, card: Card, *, focused: bool = False) -> SafeString:
    """Render the card, which is one link. `focused` moves the focus to it."""
    name = "components/_space_card.html"
    return cached_includes.render_on(context, name, focused=focused, **values_of(card))
