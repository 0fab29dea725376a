"""Forms for signing up, signing in, requesting a password reset, adding an e-mail address, and
entering the password again before a sensitive action (ReauthenticateForm)."""

from allauth.account import forms as allauth
from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts import tasks
from accounts.forms.passwords import RULES
from accounts.handles import SHAPE_MESSAGE as HANDLE_SHAPE_MESSAGE
from accounts.models import User
from core.forms.wording import Reworded
from core.forms.written import OneLineField
from core.queueing import queue_or_run


class SignUpForm(Reworded, allauth.SignupForm):
    name = OneLineField(
        label=_("Name"),
        max_length=50,
        required=False,
        help_text=_("Shown to other people. If you leave it empty, they see your handle."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("username", "name", "email", "password1")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        handle = self.fields["username"]
        handle.label = _("Handle")
        handle.help_text = _(
            "3 to 15 letters, digits or underscores. It is also part of your profile’s URL."
        )
        handle.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "minlength": "3"}
        handle.error_messages["max_length"] = HANDLE_SHAPE_MESSAGE
        self.fields["email"].label = _("E-mail")
        self.fields["password1"].help_text = RULES

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Show an error if another person took the handle at the same moment."""
        try:
            if self.account_already_exists:
                self._save_and_undo(request)
            with transaction.atomic():
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
                return saved
        except IntegrityError:
            messages.error(request, _("Someone just took that handle. Try another one."))
            return None, redirect("account_signup")

    def _save_and_undo(self, request: HttpRequest) -> None:
        """Create an account and undo it, so that the response time does not reveal that the address
        already has an account."""
        self.account_already_exists = False  # otherwise `save` would fail
        try:
            with transaction.atomic():
                self.save(request)
                transaction.set_rollback(True)
        finally:
            self.account_already_exists = True

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        super().custom_signup(request, user)
        user.name = self.cleaned_data["name"] or user.handle
        user.save(update_fields=["name"])


class SignInForm(Reworded, allauth.LoginForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Handle or e-mail")
        login.widget.attrs |= {"autocomplete": "username webauthn", "autocapitalize": "none"}
        self.fields["password"].help_text = ""  # the page has its own link to reset the password
        self.fields["remember"].label = _("Keep me signed in")


class RequestPasswordResetForm(Reworded, allauth.ResetPasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        """Look up the account in the worker, so that the response time doesn't reveal whether the
        account exists."""
        address = str(self.cleaned_data["email"])
        queue_or_run(tasks.send_password_reset, address)
        return address


class AddEmailForm(Reworded, allauth.AddEmailForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Another e-mail address")


class ReauthenticateForm(Reworded, allauth.ReauthenticateForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
