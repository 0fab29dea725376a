"""Error messages of form fields. Each says what is wrong and what to do."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

TOO_LONG = _("That is too long: %(show_value)d characters; the limit is %(limit_value)d.")
NO_ADDRESS = _("That is not an e-mail address. An e-mail address looks like this: name@example.org")
STRANGE = _("The text contains a character that can’t be saved. Type the text again.")
EMPTY = {
    "username": _("Choose a handle."),
    "email": _("Enter your e-mail address."),
    "login": _("Enter your handle, or your e-mail address."),
    "password": _("Enter your password."),
    "password1": _("Choose a password."),
    "password2": _("Enter the new password again."),
    "oldpassword": _("Enter your current password."),
    "code": _("Enter the code."),
    "text": _("Write something first."),
    "reason": _("Choose a reason, so that the right people review your report."),
}


def reword(form: forms.BaseForm, more: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """Set the error messages of a form's fields; `more` is {field: {error code: message}}."""
    for name, field in form.fields.items():
        messages: dict[str, Any] = {
            "max_length": TOO_LONG,
            "null_characters_not_allowed": STRANGE,
            **({"required": EMPTY[name], "invalid_choice": EMPTY[name]} if name in EMPTY else {}),
            **({"invalid": NO_ADDRESS} if isinstance(field, forms.EmailField) else {}),
            **((more or {}).get(name) or {}),
        }
        field.error_messages = {**field.error_messages, **messages}


class Reworded:
    """A mixin for forms: it replaces the error messages of Django and other libraries."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self, forms.BaseForm)  # noqa: S101 - for the type checker
        reword(self)
