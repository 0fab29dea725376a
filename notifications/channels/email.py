"""E-mails in text and HTML, through SMTP or a provider's API (settings.EMAIL_BACKEND).

E-mails that people may turn off have a link that turns them off with one click (RFC 8058). The mail
server must sign both List-Unsubscribe headers (DKIM).
"""

from collections.abc import Collection
from threading import local
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from accounts.previews import absolute
from notifications import addresses, registry, unsubscribing
from notifications.channels import email_errors
from notifications.channels.errors import Permanent
from notifications.models import Delivery
from notifications.registry import EMAIL, Content

_connection = local()  # a connection stays open while one run of a task sends


def send(user: User, content: Content, delivery: Delivery) -> None:
    address = addresses.address_of(user)
    if not address:
        raise Permanent("they have no address that can be used")
    message = compose(user, address, content, delivery)
    try:
        message.connection = _open()
        message.send()
    except Exception as error:
        close()
        translated = email_errors.translate(error)
        if isinstance(translated, email_errors.NoSuchAddress):
            addresses.drop(user, address, translated.reason)
        raise translated from error


def reachable(user_ids: Collection[int]) -> set[int]:
    return addresses.people_with_address(user_ids)


def close() -> None:
    """Disconnect from the mail server."""
    connection, _connection.current = getattr(_connection, "current", None), None
    if connection is None:
        return
    try:
        connection.close()
    except OSError:  # the server has already closed it; smtplib's errors are OSErrors, too
        connection.connection = None


def compose(
    user: User, address: str, content: Content, delivery: Delivery
) -> EmailMultiAlternatives:
    kind = registry.kind(delivery.kind)
    headers = {
        # The same for each attempt, so that a server or a mailbox can recognize a duplicate.
        "Message-ID": f"<delivery-{delivery.pk}-{delivery.due_at:%Y%m%d}@{_domain()}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office replies
    }
    context: dict[str, Any] = {
        "user": user,
        "content": content,
        "url": absolute(content.url or reverse("notifications:index")),
        "site": urlsplit(settings.BASE_URL).netloc,
        "label": kind.label,
        "unsubscribe_url": "",
    }
    if kind.may_be_turned_off(EMAIL):
        token = unsubscribing.create_token(user, kind)
        context["unsubscribe_url"] = absolute(reverse("notifications:unsubscribe", args=[token]))
        headers["List-Unsubscribe"] = f"<{context['unsubscribe_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        subject=" ".join((content.title or content.text).split()),
        body=render_to_string("notifications/email/notification.txt", context).strip() + "\n",
        to=[address],
        headers=headers,
    )
    html = render_to_string("notifications/email/notification.html", context)
    message.attach_alternative(html, "text/html")
    for each in content.attachments:
        message.attach(each.name, each.data, each.type)
    return message


def _open() -> Any:
    if getattr(_connection, "current", None) is None:
        connection = get_connection()
        connection.open()
        _connection.current = connection
    return _connection.current


def _domain() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"
