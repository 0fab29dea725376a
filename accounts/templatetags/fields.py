"""Form fields in the look of the site; `components/_field.html` draws the rest around them."""

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def dressed(field: BoundField) -> SafeString:
    """The widget with the site's class. Django ties it to its help and errors by itself."""
    return field.as_widget(attrs={"class": "switch" if is_switch(field) else "input"})


@register.filter
def is_switch(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)
