"""Pages load in WebKitGTK without console errors, and a room explains the missing sound."""

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.e2e.conftest import END, KEEP_HOST, SAY
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
# Scripts, attributes for scripts, and kinds of elements, in HTML.
USED_BY_SCRIPTS = re.compile(r'<script[^>]* src="[^"]+"|\b(?:data|hx|x)-[\w-]+(?==)|<[a-z][\w-]*')
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


def sign_in(webkit: WebKit, stack: Stack, handle: str) -> str:
    """Sign in the person with this handle, or sign out if it is ""; return the session's key."""
    key = stack.shell(SESSION.replace("HANDLE", repr(handle))) if handle else ""
    webkit.add_cookie("sessionid", key, host="127.0.0.1")
    return key


def html_of(url: str, session_key: str) -> str:
    request = Request(url, headers={"Cookie": f"sessionid={session_key}"})  # noqa: S310
    try:
        with urlopen(request) as answer:  # noqa: S310
            return str(answer.read(), "utf-8")
    except HTTPError as answer:  # error pages are part of the walk, too
        with answer:
            return str(answer.read(), "utf-8")


def test_console_errors_of_a_page_are_collected(webkit: WebKit, stack: Stack) -> None:
    webkit.goto(f"{stack.url}/")
    webkit.run("console.error('something is wrong')")
    webkit.goto(f"{stack.url}/spaces/")
    assert [error.partition("CONSOLE ")[2] for error in webkit.errors()] == [
        "ERROR something is wrong"
    ]


def pages_that_differ(webkit: WebKit, stack: Stack, scene: dict[str, Any]) -> Iterator[str]:
    """Sign in one person after another; yield the addresses of the pages that have a script, a kind
    of element, or an attribute for scripts that no earlier page has."""
    known: set[str] = set()
    for handle, walk in WALKS.items():
        session_key = sign_in(webkit, stack, handle)
        for address in walk.values():
            html = html_of(stack.url + address.format_map(scene), session_key)
            used = set(USED_BY_SCRIPTS.findall(html))
            if used - known:
                known |= used
                yield address


def test_pages_load_without_an_error(webkit: WebKit, stack: Stack, scene: dict[str, Any]) -> None:
    """A page takes WebKit more than a second, so only pages that differ are loaded."""
    loaded, expected = [], []
    for address in pages_that_differ(webkit, stack, scene):
        url = webkit.goto(stack.url + address.format_map(scene))
        loaded.append((address, route(url.removeprefix(stack.url)), webkit.errors()))
        expected.append((address, route(address), []))
    assert loaded == expected
    assert len(loaded) > 20


def test_a_room_explains_that_this_browser_cannot_play_live_sound(
    webkit: WebKit, stack: Stack, space_url: str
) -> None:
    enter(webkit, stack, space_url)
    is_explained = "document.body.innerText.includes('This browser cannot play live sound')"
    wait_until(webkit, is_explained)
    assert webkit.errors() == []


def test_captions_can_be_read_in_the_room_and_in_the_dock_where_no_sound_can_be_played(
    webkit: WebKit, stack: Stack, space_url: str
) -> None:
    enter(webkit, stack, space_url)
    explanation, panel = "[data-part=banner]", "[data-part=captions-panel]"
    wait_until(webkit, f"document.querySelector('{explanation}').checkVisibility()")
    webkit.run(f"document.querySelector('{explanation} [data-act=read-captions]').click()")
    wait_until(webkit, f"document.querySelector('{panel}').checkVisibility()")
    wait_until(webkit, f"!document.querySelector('{explanation}').checkVisibility()")
    stack.shell(SAY.format(text="Good evening."))
    wait_until(webkit, f"document.querySelector('{panel}').innerText.includes('Good evening.')")

    webkit.run("document.querySelector('[data-part=room] a[data-back]').click()")
    captions = "[data-part=dock-captions]"
    wait_until(webkit, f"document.querySelector('{captions}')?.checkVisibility()")
    stack.shell(SAY.format(text="Listen to this."))
    wait_until(webkit, f"document.querySelector('{captions}').innerText.includes('Listen to')")
    webkit.run("document.querySelector('[data-part=dock-captions-button]').click()")
    wait_until(webkit, f"!document.querySelector('{captions}').checkVisibility()")
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
    stack.shell(KEEP_HOST)
    sign_in(webkit, stack, "eve")
    webkit.goto(space_url)
    wait_until(webkit, "customElements.get('space-room') !== undefined")
    webkit.run("document.querySelector('[data-part=preview] [data-act=listen]').click()")
    wait_until(webkit, "document.querySelector('space-room').dataset.phase === 'room'")


def wait_until(webkit: WebKit, condition: str) -> None:
    until = time.monotonic() + PATIENCE
    while not webkit.run(f"return {condition}"):
        assert time.monotonic() < until, webkit.run("return document.body.innerText")
