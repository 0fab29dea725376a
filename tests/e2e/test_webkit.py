"""Every page loads in WebKitGTK without console errors, and a room explains the missing sound."""

import time
from typing import Any

from tests.e2e.conftest import END
from tests.e2e.test_every_page import (
    ERROR_PAGES,
    NEWCOMER,
    READER,
    REAUTHENTICATION,
    SECURED,
    SIGNED_OUT,
    STAFF,
    SUSPENDED,
    route,
)
from tests.fixtures.stack import Stack
from tests.fixtures.webkit import PATIENCE, WebKit

WALKS = {
    "": SIGNED_OUT,
    "maximiliane_von": READER | ERROR_PAGES,
    "bare": NEWCOMER,
    "two_steps": REAUTHENTICATION | SECURED,
    "admin": STAFF,
    "shut_out": SUSPENDED,
}
SOCKET_CLOSED = "Connection reset by peer"  # by the server: the Space has ended
# A session in which the person has just confirmed password and second step.
SESSION = """
from importlib import import_module
from time import time
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
user = User.objects.get(handle=HANDLE)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session["account_authentication_methods"] = [
    {"method": method, "at": time(), "reauthenticated": True} for method in ("password", "mfa")]
session["account_authentication_methods_user"] = str(user.pk)
session.create()
print(session.session_key)
"""


def sign_in(webkit: WebKit, stack: Stack, handle: str) -> None:
    key = stack.shell(SESSION.replace("HANDLE", repr(handle))) if handle else ""
    webkit.add_cookie("sessionid", key, host="127.0.0.1")


def test_console_errors_of_a_page_are_collected(webkit: WebKit, stack: Stack) -> None:
    webkit.goto(f"{stack.url}/")
    webkit.run("console.error('something is wrong')")
    webkit.goto(f"{stack.url}/spaces/")
    assert [error.partition("CONSOLE ")[2] for error in webkit.errors()] == [
        "ERROR something is wrong"
    ]


def test_every_page_loads_without_an_error(
    webkit: WebKit, stack: Stack, scene: dict[str, Any]
) -> None:
    found = {}
    for handle, walk in WALKS.items():
        sign_in(webkit, stack, handle)
        for state, address in walk.items():
            url = f"{stack.url}{address.format_map(scene)}"
            found[state] = (route(webkit.goto(url).removeprefix(stack.url)), webkit.errors())
    assert found == {
        state: (route(address), []) for walk in WALKS.values() for state, address in walk.items()
    }


def test_a_room_says_that_this_browser_cannot_play_live_sound(
    webkit: WebKit, stack: Stack, space_url: str
) -> None:
    enter(webkit, stack, space_url)
    is_explained = "document.body.innerText.includes('This browser cannot play live sound')"
    wait_until(webkit, is_explained)
    assert webkit.errors() == []


def test_closing_the_chat_does_not_freeze_the_tab(
    webkit: WebKit, stack: Stack, space_url: str
) -> None:
    enter(webkit, stack, space_url)
    chat = "document.querySelector('[data-part=chat]')"
    wait_until(webkit, f"{chat}.checkVisibility()")
    webkit.run("document.querySelector('[data-act=chat]').click()")
    wait_until(webkit, f"!{chat}.checkVisibility()")
    assert webkit.errors() == []


def test_the_end_of_a_space_does_not_freeze_the_tab(
    webkit: WebKit, stack: Stack, space_url: str
) -> None:
    enter(webkit, stack, space_url)
    stack.shell(END)
    wait_until(webkit, "document.querySelector('space-room').dataset.phase === 'ended'")
    errors = [error for error in webkit.errors() if SOCKET_CLOSED not in error]
    assert errors == []


def enter(webkit: WebKit, stack: Stack, space_url: str) -> None:
    sign_in(webkit, stack, "eve")
    webkit.goto(space_url)
    wait_until(webkit, "customElements.get('space-room') !== undefined")
    webkit.run("document.querySelector('[data-part=preview] [data-act=listen]').click()")
    wait_until(webkit, "document.querySelector('space-room').dataset.phase === 'room'")


def wait_until(webkit: WebKit, condition: str) -> None:
    until = time.monotonic() + PATIENCE
    while not webkit.run(f"return {condition}"):
        assert time.monotonic() < until, webkit.run("return document.body.innerText")
