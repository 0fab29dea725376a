"""The codes of a second step."""

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
        """Whether there are codes to type day by day, and not only the day a passkey is gone."""
        apps = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP)
        return bool(apps.exists())


class ReauthenticateForm(Reworded, base.ReauthenticateForm):
    pass
