"""Send one encrypted message to one browser, through its push service."""

import ssl
import threading
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from socket import socket
from typing import Any

import requests
from pywebpush import WebPushException, webpush
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from notifications.models import PushSubscription
from notifications.push import hosts, vapid
from notifications.push.messages import MAX_TTL, Message

TIMEOUT = 10.0  # seconds to connect, and to wait for the response
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
TRY_LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)

_threads = threading.local()


class Gone(Exception):
    """The subscription has ended: it must be deleted."""


class Rejected(Exception):
    """The push service will never accept this message."""


class Unclear(Exception):
    """The connection was lost before the response, so the message may have been accepted."""


class Unavailable(Exception):
    """The push service can't be reached or is busy. `wait` is the number of seconds that it asked
    us to wait, if it did."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


def send(subscription: PushSubscription, message: Message) -> None:
    """Send the message. Returning means that the push service has accepted it."""
    endpoint = subscription.endpoint
    try:
        hosts.require_allowed(endpoint)
    except hosts.NotAllowed as error:  # the operator changed the list
        raise Gone("not an allowed push service") from error
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    try:
        webpush(
            {"endpoint": endpoint, "keys": keys},
            message.encode(),
            vapid_private_key=vapid.key(),
            vapid_claims=vapid.claims(endpoint),  # a new dict, because webpush changes it
            timeout=TIMEOUT,
            ttl=max(0, min(message.ttl, MAX_TTL)),
            headers=message.headers,
            requests_session=_session(),
        )
    except WebPushException as error:
        raise _failure(error) from error
    except hosts.NotAllowed as error:
        raise Rejected("the push service has a private address") from error
    except requests.RequestException as error:
        failure = Unavailable if _was_not_sent(error) else Unclear
        raise failure(type(error).__name__) from error


def close() -> None:
    """Close this thread's connections to push services."""
    if hasattr(_threads, "session"):
        _threads.session.close()
        del _threads.session


class PushSession(requests.Session):
    """Requests to push services only, without redirects, proxies, or passwords from files."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.adapters.clear()
        self.mount("https://", _Adapter())

    def request(self, *args: Any, **options: Any) -> requests.Response:
        options["allow_redirects"] = False
        return super().request(*args, **options)


class _Connection(HTTPSConnection):
    def _new_conn(self) -> socket:
        try:
            return hosts.connect(self.host, self.port, timeout=TIMEOUT)
        except OSError as error:
            raise NewConnectionError(self, f"no connection: {error}") from error


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        # The system's certificates, so that an operator's own push service can have its own.
        super().init_poolmanager(*args, **options, ssl_context=ssl.create_default_context())
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}


def _session() -> PushSession:
    """Return this thread's session, which reuses its connections."""
    if not hasattr(_threads, "session"):
        _threads.session = PushSession()
    session: PushSession = _threads.session
    return session


def _was_not_sent(error: requests.RequestException) -> bool:
    if isinstance(error, requests.exceptions.SSLError):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _failure(error: WebPushException) -> Exception:
    status = error.status_code
    if status in GONE:
        return Gone(f"HTTP {status}")
    if status is None or (status not in TRY_LATER and status < 500):
        return Rejected(f"HTTP {status}" if status else error.message)
    return Unavailable(f"HTTP {status}", _seconds(error.retry_after))


def _seconds(retry_after: str | None) -> float | None:
    """Return the header Retry-After in seconds; it contains a number or a date (RFC 9110)."""
    if not retry_after:
        return None
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        wait = parsedate_to_datetime(retry_after) - datetime.now(UTC)
    except (ValueError, TypeError):
        return None
    return max(0.0, wait.total_seconds())
