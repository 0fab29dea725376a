"""Django's SMTP backend; it also reports that a server may have accepted a message in spite of an
error.

If the connection is lost after the message was sent and before the server answered, the message may
or may not arrive (RFC 1047).
"""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class MessageMayBeAccepted(OSError):
    """The connection was lost when the whole message may have been sent."""


class _TracksData:
    """Adds to smtplib.SMTP: `data` raises MessageMayBeAccepted if there was no answer."""

    def data(self, message: Any) -> tuple[int, bytes]:
        try:
            answer: tuple[int, bytes] = super().data(message)  # type: ignore[misc]
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            if isinstance(error, smtplib.SMTPResponseException):  # the server's answer to DATA
                raise
            raise MessageMayBeAccepted(str(error)) from error
        return answer


class PlainConnection(_TracksData, smtplib.SMTP):
    pass


class TlsConnection(_TracksData, smtplib.SMTP_SSL):
    pass


class Backend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return TlsConnection if self.use_ssl else PlainConnection
