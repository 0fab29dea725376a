"""The e-mail backend that writes each e-mail to a file in settings.OUTBOX."""

import os
import secrets
import time
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from config.private_home import PRIVATE_FOLDER, open_private

MAX_KEPT = 200  # e-mails; older ones are deleted


class Outbox(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        settings.OUTBOX.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        for message in email_messages:
            _write(message.message().as_bytes())
        _delete_old()
        return len(email_messages)


def _write(content: bytes) -> None:
    """Write a file that sorts by the time of sending. Readers never see a part of it."""
    path = settings.OUTBOX / f"{time.time_ns():020}-{secrets.token_hex(4)}.eml"
    partial = path.with_suffix(".partial")
    with open(partial, "wb", opener=open_private) as file:
        file.write(content)
    os.replace(partial, path)


def _delete_old() -> None:
    for path in sorted(settings.OUTBOX.glob("*.eml"))[:-MAX_KEPT]:
        path.unlink(missing_ok=True)  # another process may have been faster
