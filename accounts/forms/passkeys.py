from allauth.mfa.webauthn import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.written import OneLineField


class AddPasskeyForm(allauth.AddWebAuthnForm):
    """By default, a new passkey signs in without a password."""

    name = OneLineField(label=_("Passkey name"), max_length=50, required=False)
    passwordless = forms.BooleanField(
        label=_("Sign in with this passkey alone, without a password"),
        required=False,
        initial=True,
        help_text=_("Otherwise, this passkey is a second step after your password."),
    )
