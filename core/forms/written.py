"""Form fields for text that others read: a name, a title, a message, a bio."""

from typing import Any

from django import forms

from core.forms.wording import TOO_LONG
from core.text.written_text import as_lines, as_one_line


class OneLineField(forms.CharField):
    """One line of text, cleaned by `core.text.written_text`: empty if it has no visible character.

    The length is counted in code points of the cleaned text, as in the page (static/js/forms.js);
    the `maxlength` of HTML counts UTF-16 units and can cut an emoji in two.
    """

    default_error_messages = {"max_length": TOO_LONG}

    def to_python(self, value: Any) -> str:
        return as_one_line(str(super().to_python(value) or ""))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attributes = dict(super().widget_attrs(widget))
        if attributes.pop("maxlength", None):
            attributes["data-longest"] = str(self.max_length)
        return attributes


class LinesField(OneLineField):
    """Several lines, at most one of them empty in a row."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return as_lines(str(forms.CharField.to_python(self, value) or ""))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "data-lines": True}
