"""Translate the errors of SMTP servers and of providers' APIs into channel errors (errors.py).

RFC 5321, section 4.2.1: 4yz is temporary, 5yz permanent. RFC 3463: the enhanced code x.1.z is about
the address. Other permanent codes (e.g. 5.7.1, refused by a policy) don't mean that the address is
wrong.
"""

import re
import smtplib

import requests
from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError

from notifications.channels.errors import ChannelError, Permanent, Retry, Uncertain
from notifications.channels.smtp import MessageMayBeAccepted

ENHANCED = re.compile(rb"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
NO_SUCH_ADDRESS = {550, 551, 553}  # without an enhanced code
TRY_AGAIN = {408, 425, 429}


class NoSuchAddress(Permanent):
    """The address does not exist, so it must not be used again."""


def translate(error: Exception) -> ChannelError:
    """Return the channel's error; Uncertain if nobody knows whether the e-mail was accepted. Raise
    any other error again, because it is a bug."""
    match error:
        case MessageMayBeAccepted():
            return Uncertain("the connection was lost before the mail server's answer")
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code, message = next(iter(refused.values()))
            return _recipient_error(code, message)
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return Retry(f"the mail server refused the password: {code}", pause=True)
        case smtplib.SMTPConnectError(smtp_code=code) | smtplib.SMTPHeloError(smtp_code=code):
            return Retry(f"the mail server refused the connection: {code}", pause=True)
        case smtplib.SMTPSenderRefused(smtp_code=code) | smtplib.SMTPDataError(smtp_code=code):
            return _message_error(code)
        case AnymailRecipientsRefused():
            return NoSuchAddress("the provider refused the address")
        case AnymailRequestsAPIError():
            return _api_error(error)
        case AnymailError():
            return Permanent(f"the provider can't send it: {type(error).__name__}")
        case smtplib.SMTPException() | OSError():
            return Retry(f"the mail server can't be reached: {type(error).__name__}", pause=True)
    raise error


def _recipient_error(code: int, message: bytes) -> ChannelError:
    if code < 500:
        return Retry(f"the mail server refused the address for now: {code}")
    enhanced = ENHANCED.search(message)
    is_address = enhanced[2] == b"1" if enhanced else code in NO_SUCH_ADDRESS
    kind = NoSuchAddress if is_address else Permanent
    shown = b".".join(enhanced.groups()).decode() if enhanced else str(code)
    return kind(f"the mail server refused the address: {shown}")


def _message_error(code: int) -> ChannelError:
    if code < 500:
        return Retry(f"the mail server refused the e-mail for now: {code}", pause=code == 421)
    return Permanent(f"the mail server refused the e-mail: {code}")


def _api_error(error: AnymailRequestsAPIError) -> ChannelError:
    status = error.status_code
    if status is None:
        if isinstance(error.__cause__, requests.ConnectTimeout | requests.ConnectionError):
            return Retry("the provider can't be reached", pause=True)
        return Uncertain("the provider did not answer")
    if status in TRY_AGAIN or status >= 500:
        return Retry(f"the provider answered {status}", pause=True)
    if status in (401, 403):
        return Retry(f"the provider refused the key: {status}", pause=True)
    return Permanent(f"the provider refused the e-mail: {status}")
