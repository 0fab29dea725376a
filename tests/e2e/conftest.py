"""A live Space of the running stack, and people in it."""

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page

from tests.e2e.room_page import RoomPage
from tests.fixtures.stack import Stack

OPEN = """
from spaces import lifecycle
host = User.objects.get(handle="{host}")
for running in Space.objects.live().filter(host=host):
    lifecycle.end(running, by=host)
print(lifecycle.start(host=host, title="{title}").public_id)
"""
ComeIn = Callable[..., RoomPage]


@pytest.fixture
def space_url(stack: Stack) -> str:
    """Ana's new Space: live, she on its stage and muted, nobody in the room."""
    code = OPEN.format(host="ana", title="What our cities sound like")
    return f"{stack.url}/spaces/{stack.shell(code)}/"


@pytest.fixture
def come_in(sign_in: Callable[..., Page], space_url: str) -> ComeIn:
    """Brings a demo person through the preview into the room: `come_in("eve")`.

    With a `tone` in Hz that is what their microphone hears, untouched by the browser's processing.
    `scripts` run before the page's own.
    """

    def come_in(
        handle: str,
        *flags: str,
        tone: int | None = None,
        scripts: Sequence[str] = (),
        **context: object,
    ) -> RoomPage:
        page = sign_in(handle, *flags, tone=tone, **context)
        room = RoomPage(page, handle)
        for script in scripts:
            page.add_init_script(script)
        room.prefer("debug", "1")
        room.prefer("rawMicrophone", "1" if tone else "")
        page.goto(space_url)
        room.enter()
        return room

    return come_in
