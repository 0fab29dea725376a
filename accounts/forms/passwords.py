"""Forms for setting a new password, with the rules in one sentence."""

from typing import Any

from allauth.account import forms as allauth
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms.wording import Reworded

RULES = _("At least 8 characters; not a common word, not your handle, not only digits.")


class PasswordTypedTwice(Reworded):
    """A form in which the new password is typed twice."""

    def add_error(self, field: str | None, error: Any) -> None:
        if field == "password2" and not isinstance(error, ValidationError):
            error = _("The passwords don’t match. Type the new password twice.")
        super().add_error(field, error)  # type: ignore[misc]


class ChangePasswordForm(PasswordTypedTwice, allauth.ChangePasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        _label_fields(self)


class SetPasswordForm(PasswordTypedTwice, allauth.SetPasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _label_fields(self)


class ResetPasswordForm(PasswordTypedTwice, allauth.ResetPasswordKeyForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _label_fields(self)


def _label_fields(
    form: allauth.ChangePasswordForm | allauth.SetPasswordForm | allauth.ResetPasswordKeyForm,
) -> None:
    form.fields["password1"].label = _("New password")
    form.fields["password1"].help_text = RULES
    form.fields["password2"].label = _("Confirm new password")
