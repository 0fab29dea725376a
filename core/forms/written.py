"""Form fields for text that other people read, such as a name, a title, a message or a bio."""

from typing import Any

from django import forms

from core.forms.wording import TOO_LONG
from core.text.written_text import as_lines, as_one_line


class OneLineField(forms.CharField):
    """One line of text, cleaned by `core.text.written_text`; empty if it has no visible character.

    The length is the number of code points of the cleaned text, as in static/js/forms.js. HTML's
    `maxlength` counts UTF-16 units instead, and can cut an emoji in two.
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
    """Several lines of text, with at most one empty line in a row."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return as_lines(str(forms.CharField.to_python(self, value) or ""))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "data-lines": True}
