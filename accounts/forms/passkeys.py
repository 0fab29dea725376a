from allauth.mfa.webauthn import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.written import OneLineField


class AddPasskeyForm(allauth.AddWebAuthnForm):
    """A new key is a passkey by default: it signs in without the password."""

    name = OneLineField(label=_("Passkey name"), max_length=50, required=False)
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without my password"),
        required=False,
        initial=True,
        help_text=_("If off, it’s a second step after your password."),
    )
