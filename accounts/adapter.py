from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmationHMAC
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import Error
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts import deletion_token, known_browsers, sessions, sign_in_emails, tasks
from accounts.models import User
from accounts.models.user import EMAIL_LENGTH
from core import database, responses
from core.queueing import queue_or_run
from core.rates import TooFast
from core.text import links

# Seconds; must match allauth's rate limit "login_failed" and the message below.
LOGIN_LOCKOUT = 5 * 60
REAUTHENTICATION_LABELS = {  # allauth's method id -> button label
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


class Adapter(DefaultAccountAdapter):
    """Adapt allauth to this site: people have handles, not usernames."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_taken": _("That handle is taken. Try another one."),
        "username_blacklisted": _("That handle is taken. Try another one."),
        "username_password_mismatch": _("That handle and password don’t match."),
        "email_password_mismatch": _("That e-mail address and password don’t match."),
        "email_taken": _(
            "Another account has this e-mail address. Sign in, or reset its password."
        ),
        "duplicate_email": _("You’ve already added that address. Add a different one."),
        "enter_current_password": _("That isn’t your password. Try again."),
        "incorrect_code": _("That code is wrong or has expired. Request a new one."),
        "incorrect_password": _("That isn’t your password. Try again."),
        "max_email_addresses": _("You can have up to %d addresses. Remove one first."),
        "rate_limited": _("Too many requests. Try again in a few minutes."),
        "too_many_login_attempts": _(
            "Too many attempts. Try again in 5 minutes, or reset your password."
        ),
    }

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Don't count an attempt that failed because the database was down. Otherwise people who
        retry during an outage would still be locked out for minutes when it is over."""
        try:
            found: AbstractBaseUser | None = super().authenticate(request, **credentials)
            return found
        except Error as error:
            if database.is_caused_by_outage(error):
                self._rollback_login_failed_rl_usage()
            raise

    def clean_email(self, email: str) -> str:
        if len(email) > EMAIL_LENGTH:
            raise ValidationError(_("That address is too long. Use a shorter one."))
        return email

    def ajax_response(
        self,
        request: HttpRequest,
        response: HttpResponse,
        redirect_to: str | None = None,
        form: BaseForm | None = None,
        data: object = None,
    ) -> HttpResponse:
        """Return form errors in the format that all JSON errors of this site have; without errors,
        return allauth's own response."""
        if form is None or not form.errors:
            answer: HttpResponse = super().ajax_response(request, response, redirect_to, form, data)
            answer.cookies.update(response.cookies)
            return answer
        if form.has_error(NON_FIELD_ERRORS, "too_many_login_attempts"):
            return responses.refusal_json(TooFast(LOGIN_LOCKOUT))
        return responses.refusal_json(responses.first_error(form))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        known_browsers.note_sign_in(request, response, user)
        return response

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        methods = super().get_reauthentication_methods(user)
        return [
            {**method, "description": REAUTHENTICATION_LABELS[method["id"]]} for method in methods
        ]

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Offer to keep an account that waits for deletion, unless staff closed it."""
        if user.deletes_at is None or user.closed_by_staff_at is not None:
            answer: HttpResponse = super().respond_user_inactive(request, user)
            return answer
        return redirect("accounts:keep_account", token=deletion_token.create(user))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = sign_in_emails.render(template_prefix, email, context)
        queue_or_run(tasks.send_rendered_email, str(message.subject), str(message.body), email)

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC, signup: bool
    ) -> None:
        queue_or_run(tasks.send_confirmation, emailconfirmation.email_address.pk)

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether `url` is a safe redirect target.

        This is stricter than allauth, which accepts all of ALLOWED_HOSTS, with http and https.
        """
        return links.is_safe_target(url or "")

    def logout(self, request: HttpRequest) -> None:
        sessions.sign_out(request)


class TwoFactorAdapter(DefaultMFAAdapter):
    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That code is wrong or has expired. Enter the latest one."),
        "unverified_email": _(
            "Confirm your e-mail address first, so that you can always get back in."
        ),
    }
