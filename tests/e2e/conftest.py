"""A live Space on the running site, and people who open it in browsers."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from tests.e2e.album import Album
from tests.e2e.keys import Keys
from tests.e2e.neighbourhood import NEIGHBOURHOOD
from tests.e2e.room_page import RoomPage
from tests.fixtures.chromium import Chromium
from tests.fixtures.push_service import Browser, PushService
from tests.fixtures.stack import Stack

START = """
from spaces.actions import lifecycle
host = User.objects.get(handle="ana")
print(lifecycle.start(host=host, title="What our cities sound like").public_id)
"""
END = """
from spaces.actions import lifecycle
running = Space.objects.live().get(host__handle="ana")
lifecycle.end(running, by=running.host)
"""
# A Space ends if its host is not connected for a minute.
KEEP_HOST = """
from time import time
from django.conf import settings
from redis import Redis
running = Space.objects.live().get(host__handle="ana")
Redis.from_url(settings.REDIS_URL).zadd(
    f"presence:{running.public_id}", {running.host.key: time() + 600})
"""
# Ben writes what Ana, who is captioned, says in her Space.
SAY = """
from captions.actions import captioners, voices
ana, ben = (User.objects.get(handle=handle) for handle in ("ana", "ben"))
running = Space.objects.live().get(host=ana)
if not running.voices.captioned().filter(user=ana).exists():
    voices.choose(running, user=ana, on=True)
captioners.let_write(running, user=ben, on=True, by=ana)
captioners.write(running, speaker=ana, text="{text}", by=ben)
"""
OpenRoom = Callable[..., RoomPage]


@pytest.fixture
def space_url(stack: Stack) -> str:
    """Return the URL of Ana's new live Space. She is on its stage, muted; nobody is connected."""
    return f"{stack.url}/spaces/{stack.shell(START)}/"


@pytest.fixture
def scene(stack: Stack) -> dict[str, Any]:
    """Return the ids that the URLs in tests/e2e/test_every_page.py use."""
    named: dict[str, Any] = json.loads(stack.shell(NEIGHBOURHOOD))
    return named


@pytest.fixture
def open_as(chromium: Chromium, keys: Keys) -> OpenRoom:
    """Open a page as a signed-in demo person: `open_as("eve", space_url)`."""
    return partial(open_signed_in, chromium, keys)


def open_signed_in(
    chromium: Chromium,
    keys: Keys,
    handle: str,
    address: str,
    *flags: str,
    tone: int | None = None,
    scripts: Sequence[str] = (),
    **context: object,
) -> RoomPage:
    """Open a page as a person of the site that `keys` belongs to.

    If `tone` is given (in Hz), their microphone plays it, without the browser's processing.
    `scripts` run before the page's own scripts; `flags` are passed to the browser.
    """
    browser = chromium.launch(chromium.tone(tone) if tone else None, *flags)
    page = chromium.open("about:blank", browser, **context)
    page.context.add_cookies([keys.of(handle)])
    room = RoomPage(page, handle)
    room.prefer("debug", "1")
    room.prefer("rawMicrophone", "1" if tone else "")
    for script in scripts:
        page.add_init_script(script)
    page.goto(address)
    return room


@pytest.fixture
def join_space(open_as: OpenRoom, space_url: str) -> OpenRoom:
    """Let a demo person join Ana's Space through the preview: `join_space("eve")`."""

    def join_space(handle: str, *flags: str, **options: object) -> RoomPage:
        room = open_as(handle, space_url, *flags, **options)
        room.enter()
        return room

    return join_space


@pytest.fixture
def album(chromium: Chromium) -> Album:
    """Checks a page in its current state."""
    return Album(chromium)


@pytest.fixture(scope="session")
def keys(shared_stack: Stack) -> Keys:
    return Keys(shared_stack)


@pytest.fixture
def push_service(push_service_of_stack: PushService) -> PushService:
    push_service_of_stack.reset()
    return push_service_of_stack


@pytest.fixture
def browser(push_service: PushService) -> Browser:
    return push_service.browser()
