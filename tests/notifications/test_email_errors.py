"""The errors of mail servers and of providers' APIs, translated into those of a channel."""

import os
import smtplib
import subprocess
import sys

import pytest
import requests
from anymail.exceptions import (
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailUnsupportedFeature,
)

from notifications.channels.email_errors import NoSuchAddress, translate
from notifications.channels.errors import Permanent, Retry, Uncertain
from notifications.channels.smtp import MessageMayBeAccepted


def api_error(status):
    response = requests.Response()
    response.status_code = status
    return AnymailRequestsAPIError("no", response=response)


def api_error_because_of(cause):
    try:
        raise AnymailRequestsAPIError("no") from cause
    except AnymailRequestsAPIError as error:
        return error


@pytest.mark.parametrize(
    ("error", "expected", "pause"),
    [
        (api_error(400), Permanent, False),
        (api_error(422), Permanent, False),
        (api_error(401), Retry, True),
        (api_error(429), Retry, True),
        (api_error(500), Retry, True),
        (api_error(503), Retry, True),
        (api_error_because_of(requests.ConnectionError()), Retry, True),
        (api_error_because_of(requests.ConnectTimeout()), Retry, True),
        (api_error_because_of(requests.ReadTimeout()), Uncertain, False),
        (AnymailRecipientsRefused(), NoSuchAddress, False),
        (AnymailUnsupportedFeature("x"), Permanent, False),
        (MessageMayBeAccepted(), Uncertain, False),
        (ConnectionRefusedError(), Retry, True),
        (TimeoutError(), Retry, True),
        (smtplib.SMTPServerDisconnected(), Retry, True),
        (smtplib.SMTPAuthenticationError(535, b"no"), Retry, True),
        (smtplib.SMTPSenderRefused(421, b"busy", "a@b.example"), Retry, True),
        (smtplib.SMTPSenderRefused(550, b"no", "a@b.example"), Permanent, False),
        (smtplib.SMTPDataError(451, b"later"), Retry, False),
    ],
    ids=repr,
)
def test_an_error_is_translated(error, expected, pause):
    found = translate(error)
    assert (type(found), getattr(found, "pause", False)) == (expected, pause)


def test_a_bug_is_not_translated():
    with pytest.raises(ZeroDivisionError):
        translate(ZeroDivisionError())


@pytest.mark.parametrize(
    ("provider", "backend"),
    [("postmark", "anymail.backends.postmark.EmailBackend"), ("", "django.core.mail")],
)
def test_the_environment_selects_the_email_provider(provider, backend):
    """The settings read the environment once, so read them in another process."""
    code = "from config import settings; print(settings.EMAIL_BACKEND)"
    environment = {**os.environ, "EMAIL_PROVIDER": provider, "SECRET_KEY": "x"}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.startswith(backend)
