"""New passwords, with the rules in one sentence."""

from allauth.account import forms as allauth
from django.utils.translation import gettext_lazy as _

RULES = _("At least 8 characters; not a common word, not your handle, not only digits.")


class ChangePasswordForm(allauth.ChangePasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        _name_both(self)


class SetPasswordForm(allauth.SetPasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _name_both(self)


class ResetPasswordForm(allauth.ResetPasswordKeyForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _name_both(self)


def _name_both(
    form: allauth.ChangePasswordForm | allauth.SetPasswordForm | allauth.ResetPasswordKeyForm,
) -> None:
    form.fields["password1"].label = _("New password")
    form.fields["password1"].help_text = RULES
    form.fields["password2"].label = _("The new password again")
