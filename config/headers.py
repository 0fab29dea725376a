"""Security headers for every response: pages, files, errors and health checks.

Django's middleware handles only pages. If Django or a view has set a header, it is not changed,
except the Referrer-Policy of pages with a secret in their URL.
deploy/nginx.conf adds the same headers to nginx's own responses.
"""

from collections.abc import Iterable
from typing import Any

from config.logs import SECRET_PATHS

Headers = list[tuple[bytes, bytes]]

DENIED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS = ", ".join(["microphone=(self)", *(f"{name}=()" for name in DENIED_FEATURES)])
EVERYWHERE = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": PERMISSIONS.encode(),
}
# A page with a secret in its URL must not send its path as Referer, because a proxy may log it. The
# policy can't be "no-referrer": then browsers would send its form without Origin, and the site
# would refuse the form.
WITHOUT_PATH = (b"referrer-policy", b"strict-origin")


def on_every_response(application: Any) -> Any:
    """Wrap the ASGI application for HTTP, so that every response gets the headers."""

    async def with_headers(scope: Any, receive: Any, send: Any) -> None:
        async def send_complete(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                message = {**message, "headers": complete(given, path=scope.get("path", ""))}
            await send(message)

        await application(scope, receive, send_complete)

    return with_headers


def complete(headers: Iterable[tuple[bytes, bytes]], *, path: str) -> Headers:
    """Return the headers of a response, with the missing security headers added."""
    given = [(bytes(name), bytes(value)) for name, value in headers]
    if SECRET_PATHS.match(path):
        given = [each for each in given if each[0].lower() != b"referrer-policy"]
        given.append(WITHOUT_PATH)
    names = {name.lower() for name, _value in given}
    missing = [(name, value) for name, value in EVERYWHERE.items() if name not in names]
    return [*given, *missing]
