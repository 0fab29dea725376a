"""Form fields in the look of the site; `components/_field.html` draws the rest around them."""

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def dressed(field: BoundField) -> SafeString:
    """The widget with the site's class. Django ties it to its help and errors by itself.

    Never a placeholder: it repeats the label and is gone when one types.
    """
    return field.as_widget(
        attrs={"class": False if is_tick(field) else "input", "placeholder": False}
    )


@register.filter
def is_tick(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)
