"""Filters for form fields. `components/_field.html` renders the label, the help and the errors."""

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.forms.written import LinesField, OneLineField

register = template.Library()


@register.filter
def styled(field: BoundField) -> SafeString:
    """Return the widget with the site's class. Django itself links it to the help and the errors.

    There is no placeholder, because it would repeat the label and disappear while people type.
    """
    attributes = {"class": False if is_checkbox(field) else "input", "placeholder": False}
    if length_hint(field):
        attributes["data-counter"] = f"{field.auto_id}_left"
    return field.as_widget(attrs=attributes)


@register.filter
def length_hint(field: BoundField) -> str:
    """Return a hint on the maximum length, if the page counts it (static/js/forms.js); else ""."""
    kind = field.field
    if not isinstance(kind, OneLineField) or kind.max_length is None:
        return ""
    if isinstance(kind, LinesField):
        return _("up to %(most)d characters; a line break counts as one") % {
            "most": kind.max_length
        }
    return _("up to %(most)d characters") % {"most": kind.max_length}


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)
