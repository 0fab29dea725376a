"""Forms for the codes of two-factor authentication."""

from functools import cached_property

from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _

from core.forms.wording import Reworded


class ActivateForm(Reworded, totp.ActivateTOTPForm):
    pass


class AuthenticateForm(Reworded, base.AuthenticateForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not self.has_app:
            self.fields["code"].label = _("Recovery code")

    @cached_property
    def has_app(self) -> bool:
        """Return whether the person has an authenticator app, not only recovery codes."""
        apps = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP)
        return bool(apps.exists())


class ReauthenticateForm(Reworded, base.ReauthenticateForm):
    pass
