"""E-mails to people who may not visit the site soon.

settings.EMAILS maps each kind of e-mail, including the kinds of higher-level apps, to the function
that composes it. The function receives the primary key of a row and reads the row again. If the
reason for the e-mail is gone (a deletion was cancelled, for example), it returns None, and no
e-mail is sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts import deletion_token
from accounts.models import Export, User
from accounts.previews import absolute

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Email:
    to: User
    context: dict[str, Any]  # for the templates
    path: str  # of the page that the e-mail links to


def send(kind: str, pk: int) -> None:
    """Compose and send one e-mail. Do nothing if its reason is gone, or if the person has no
    verified address.

    Raise OSError if the mail server cannot be reached or refuses the e-mail.
    """
    path: str = settings.EMAILS[kind]
    app = path.split(".")[0]
    compose: Callable[[int], Email | None] = import_string(path)
    email = compose(pk)
    address = _address_of(email.to) if email else ""
    if email is None or not address:
        log.info("email_not_sent", kind=kind, pk=pk)
        return
    site = {"name": urlsplit(settings.BASE_URL).netloc}
    context = {
        **email.context,
        "user": email.to,
        "url": absolute(email.path),
        "current_site": site,
    }
    subject = render_to_string(f"{app}/email/{kind}_subject.txt", context).strip()
    body = render_to_string(f"{app}/email/{kind}_message.txt", context).strip()
    send_mail(subject, body, None, [address])


def export_ready(pk: int) -> Email | None:
    found = Export.objects.filter(pk=pk, state=Export.State.READY).select_related("user").first()
    return Email(found.user, {}, reverse("accounts:data")) if found else None


def deletion_requested(pk: int) -> Email | None:
    waiting = User.objects.filter(pk=pk, deletes_at__isnull=False)
    # The link in the e-mail can't reopen an account that staff closed.
    found = waiting.filter(closed_by_staff_at=None).first()
    if found is None:
        return None
    path = reverse("accounts:keep_account", args=[deletion_token.create(found)])
    return Email(found, {"day": found.deletes_at}, path)


def _address_of(person: User) -> str:
    verified = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary", "pk")
    return str(verified.values_list("email", flat=True).first() or "")
