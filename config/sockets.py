"""The ASGI application for WebSockets: it checks the origin, finds the session and the route, and
calls the consumer.

It decides like Channels' OriginValidator, SessionMiddlewareStack and URLRouter. But with them every
message of a socket, in both directions, passes through a layer for each.
"""

from functools import lru_cache
from importlib import import_module
from typing import Any
from urllib.parse import urlparse

from channels.security.websocket import OriginValidator, WebsocketDenier
from django.conf import settings
from django.http import parse_cookie

from config.urls import websocket_urlpatterns

ORIGINS = 256  # origins whose answer a process keeps; pages of this site have very few


class Sockets:
    def __init__(self) -> None:
        self._is_allowed = lru_cache(ORIGINS)(_origin_check())
        self._new_session = import_module(settings.SESSION_ENGINE).SessionStore

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])  # daphne joins headers of the same name
        if not self._is_allowed(headers.get(b"origin")):
            await WebsocketDenier()(scope, receive, send)
            return
        cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin1"))
        scope["session"] = self._new_session(cookies.get(settings.SESSION_COOKIE_NAME))
        consumer, scope["url_route"] = _route(scope["path"], scope.get("root_path", ""))
        await consumer(scope, receive, send)


def _origin_check() -> Any:
    validator = OriginValidator(None, settings.ALLOWED_ORIGINS)

    def is_allowed(origin: bytes | None) -> bool:
        try:
            parsed = None if origin is None else urlparse(origin.decode("latin1"))
            return bool(validator.valid_origin(parsed))
        except ValueError:  # e.g. an impossible port
            return False

    return is_allowed


def _route(path: str, root_path: str) -> tuple[Any, dict[str, Any]]:
    """Return the consumer for this path, and its arguments. The last route matches every path."""
    for route in websocket_urlpatterns:
        if match := route.pattern.match(path.removeprefix(root_path).lstrip("/")):
            _, args, kwargs = match
            return route.callback, {"args": args, "kwargs": {**kwargs, **route.default_args}}
    raise ValueError(f"No consumer for {path!r}")
