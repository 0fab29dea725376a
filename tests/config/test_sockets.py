"""Our ASGI application for WebSockets decides like the middlewares of Channels."""

import pytest
from channels.routing import URLRouter
from channels.security.websocket import OriginValidator
from channels.sessions import SessionMiddlewareStack
from django.conf import settings
from django.urls import path, re_path

from config import sockets
from config.sockets import Sockets

ORIGINS = [
    None,
    b"",
    b"null",
    b"http://testserver",
    b"HTTP://TESTSERVER",
    b"http://testserver:80",
    b"http://testserver:8000",
    b"https://testserver",
    b"http://testserver.evil.example",
    b"http://evil.example",
    b"http://evil.example#http://testserver",
    b"http://testserver@evil.example",
    b"http://a.example.org",
    b"https://a.example.org",
    b"testserver",
    b"//testserver",
    b"http://test\xffserver",
]
PATHS = [
    "/",
    "/ws/people/",
    "//ws/people/",
    "/ws/people/more",
    "/ws/spaces/abc123/",
    "/ws/spaces/abc123",
    "/ws/spaces//",
    "/ws/spaces/a/b/",
    "/ws/spaces/ä/",
    "/elsewhere/",
]
COOKIES = ["", "sessionid=", "sessionid={}", "a=b; sessionid={}; c=d", 'sessionid="{}"', "a"]


class Recorder:
    """Stands in for a consumer: it remembers with which scope it was called."""

    def __init__(self, name):
        self.name = name

    async def __call__(self, scope, receive, send):
        key = scope["session"].session_key
        await send({"type": "called", "by": (self.name, scope["url_route"]["kwargs"], key)})


ROUTES = [
    path("ws/people/", Recorder("people")),
    path("ws/spaces/<str:space_id>/", Recorder("room")),
    re_path("", Recorder("no room"), {"space_id": ""}),
]


async def answer_of(application, where="/ws/people/", origin=b"http://testserver", cookie=b""):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return (
            {"type": "websocket.disconnect", "code": 1000}
            if sent
            else {"type": "websocket.connect"}
        )

    headers = [(b"host", b"testserver"), (b"cookie", cookie)]
    if origin is not None:
        headers.append((b"origin", origin))
    scope = {"type": "websocket", "path": where, "headers": headers}
    await application(scope, receive, send)
    (message,) = sent
    return message


@pytest.fixture
def ours(monkeypatch):
    monkeypatch.setattr(sockets, "websocket_urlpatterns", ROUTES)
    monkeypatch.setattr(settings, "ALLOWED_ORIGINS", ["http://testserver", "http://.example.org"])
    return Sockets()


@pytest.fixture
def channels(ours):
    return OriginValidator(SessionMiddlewareStack(URLRouter(ROUTES)), settings.ALLOWED_ORIGINS)


@pytest.mark.parametrize("origin", ORIGINS)
async def test_the_same_origins_are_allowed(ours, channels, origin):
    expected = await answer_of(channels, origin=origin)
    assert await answer_of(ours, origin=origin) == expected
    assert await answer_of(ours, origin=origin) == expected  # the second answer is remembered


@pytest.mark.parametrize("origin", [b"http://testserver:99999999", b"http://[testserver"])
async def test_an_origin_that_is_no_url_is_refused(ours, origin):
    """Channels raises an error, so the response would be 500."""
    assert (await answer_of(ours, origin=origin))["type"] == "websocket.close"


@pytest.mark.parametrize("where", PATHS)
async def test_the_same_consumer_is_called(ours, channels, where):
    message = await answer_of(ours, where)
    assert message["type"] == "called"
    assert message == await answer_of(channels, where)


@pytest.mark.parametrize("cookie", COOKIES)
async def test_the_session_of_the_cookie_is_opened(ours, channels, cookie):
    cookie = cookie.format("k" * 32).encode()
    message = await answer_of(ours, cookie=cookie)
    assert message["type"] == "called"
    assert message == await answer_of(channels, cookie=cookie)
