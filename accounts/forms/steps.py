"""The codes of a second step."""

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp

from accounts.forms.wording import Reworded


class ActivateForm(Reworded, totp.ActivateTOTPForm):
    pass


class AuthenticateForm(Reworded, base.AuthenticateForm):
    pass


class ReauthenticateForm(Reworded, base.ReauthenticateForm):
    pass
