"""E-mails about signing up, signing in and resetting a password, sent by the worker
(accounts.tasks).

Because the worker sends them, nobody waits for a mail server, and the response time does not reveal
whether an address has an account. The worker also creates the links that give access to an account,
so that no such link is ever in a queue. Only while Redis is down does the request itself send them
(core.queueing.queue_or_run).
"""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress, get_emailconfirmation_model
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.urls import reverse

from accounts.previews import absolute


def render(template: str, address: str, context: dict[str, Any]) -> EmailMessage:
    """Render an allauth template for e-mails; `template` is e.g. "account/email/email_changed"."""
    site = {"name": urlsplit(settings.BASE_URL).netloc}
    whole = {"email": address, "current_site": site, **context}
    rendered: EmailMessage = get_adapter().render_mail(template, address, whole)
    return rendered


def send(subject: str, body: str, address: str) -> None:
    send_mail(subject, body, None, [address])


def send_confirmation(pk: int) -> None:
    """Send the link that verifies an address, unless it is already verified or was deleted."""
    address = EmailAddress.objects.filter(pk=pk, verified=False).select_related("user").first()
    if address is None:
        return
    key = get_emailconfirmation_model().create(address).key
    url = absolute(reverse("account_confirm_email", args=[key]))
    context = {"user": address.user, "activate_url": url}
    render("account/email/email_confirmation", address.email, context).send()


def send_password_reset(address: str) -> None:
    """Send one link per active account with this address. Without such an account, send nothing."""
    for user in filter_users_by_email(
        address, is_active=True, prefer_verified=True, for_login=True
    ):
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        # allauth's route takes the two halves of the key as two arguments.
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        url = absolute(path.replace("UID-KEY", key))
        context = {"user": user, "password_reset_url": url}
        render("account/email/password_reset_key", address, context).send()
