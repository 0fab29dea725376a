from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import sessions


class Adapter(DefaultAccountAdapter):
    """allauth in the words of this house: people have handles, not usernames."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_taken": _("That handle is taken. Try another one."),
        "username_blacklisted": _("That handle is taken. Try another one."),
        "username_password_mismatch": _("That handle and password do not belong together."),
        "email_password_mismatch": _("That e-mail address and password do not belong together."),
        "email_taken": _(
            "Another account has this e-mail address. Sign in, or reset its password."
        ),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, then try again."),
    }

    def logout(self, request: HttpRequest) -> None:
        sessions.sign_out(request)
