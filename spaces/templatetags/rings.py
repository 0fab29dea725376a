"""Who is live, where: an avatar wears the ring while its person hosts or speaks."""

from django import template

from accounts.models import User
from spaces.models import Space

register = template.Library()


@register.simple_tag(takes_context=True)
def live_space_of(context: template.Context, person: User) -> Space | None:
    """The live Space that the ring around `person` leads to, as the reader may see it."""
    visible = Space.objects.visible_to(context["request"].user)
    return visible.with_on_stage(person).select_related("host").first()
