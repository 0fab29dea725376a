from allauth.mfa.webauthn import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _


class AddPasskeyForm(allauth.AddWebAuthnForm):
    """A key is a passkey unless its owner says otherwise: it signs in without the password."""

    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without my password"),
        required=False,
        initial=True,
        help_text=_("Off: it is a second step after your password."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What you call it")
        self.fields["name"].widget.attrs["maxlength"] = "50"
