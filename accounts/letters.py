"""E-mails to people who may not visit the site soon. Higher-level apps add theirs:
settings.LETTERS lists them all.

Each is told by the number of a row, and read anew: what was taken back meanwhile is not sent.
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
class Letter:
    to: User
    words: dict[str, Any]
    path: str  # where it leads


def send(kind: str, pk: int) -> None:
    """Raises what the mail server answers; to nobody where the address was never proven."""
    path: str = settings.LETTERS[kind]
    app = path.split(".")[0]
    write: Callable[[int], Letter | None] = import_string(path)
    letter = write(pk)
    address = _address_of(letter.to) if letter else ""
    if letter is None or not address:
        log.info("letter_not_sent", kind=kind, pk=pk)
        return
    site = {"name": urlsplit(settings.BASE_URL).netloc}
    context = {**letter.words, "user": letter.to, "url": absolute(letter.path)}
    context["current_site"] = site
    subject = render_to_string(f"{app}/email/{kind}_subject.txt", context).strip()
    body = render_to_string(f"{app}/email/{kind}_message.txt", context).strip()
    send_mail(subject, body, None, [address])


def export_ready(pk: int) -> Letter | None:
    found = Export.objects.filter(pk=pk, state=Export.State.READY).select_related("user").first()
    return Letter(found.user, {}, reverse("accounts:data")) if found else None


def deletion_requested(pk: int) -> Letter | None:
    waiting = User.objects.filter(pk=pk, deletes_at__isnull=False)
    found = waiting.filter(closed_by_staff_at=None).first()  # the link would open nothing
    if found is None:
        return None
    path = reverse("accounts:keep_account", args=[deletion_token.make(found)])
    return Letter(found, {"day": found.deletes_at}, path)


def _address_of(person: User) -> str:
    proven = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary", "pk")
    return str(proven.values_list("email", flat=True).first() or "")
