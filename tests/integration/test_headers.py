"""The security headers of real responses of every kind."""

import http.client
import re

import pytest

from config.headers import EVERYWHERE

KINDS = [  # what, the request, the status
    ("a page", "GET", "/spaces/", {}, 200),
    ("a probe", "GET", "/healthz", {}, 200),
    ("a redirect", "GET", "/settings/", {}, 302),
    ("a page that is not there", "GET", "/nowhere/", {}, 404),
    ("what a script is refused", "GET", "/nowhere/", {"Accept": "application/json"}, 404),
    ("a wrong method", "OPTIONS", "/spaces/", {}, 405),
    ("a form without its token", "POST", "/accounts/login/", {}, 403),
    ("a host that is not ours", "GET", "/spaces/", {"Host": "evil.example"}, 400),
    ("the admin", "GET", "/admin/", {}, 302),
    ("a style sheet", "GET", "{css}", {}, 200),
    ("one that is packed", "GET", "{css}", {"Accept-Encoding": "gzip"}, 200),
    ("a part of one", "GET", "{css}", {"Range": "bytes=0-9"}, 206),
    ("one that the browser has", "GET", "{css}", {"If-None-Match": "{etag}"}, 304),
    ("a static file that is not there", "GET", "/static/nowhere.js", {}, 404),
    ("a picture", "GET", "/media/posts/sea.webp", {}, 200),
    ("a picture that is not there", "GET", "/media/posts/nowhere.webp", {}, 404),
]


def ask(stack, method, address, headers):
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30)
    try:
        connection.request(method, address, headers=headers)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


@pytest.fixture
def known(stack):
    """The address of the style sheet, and its mark; a picture that somebody uploaded."""
    posts = stack.home / "media" / "posts"
    posts.mkdir(parents=True, exist_ok=True)
    (posts / "sea.webp").write_bytes(b"RIFF")
    _, page = ask(stack, "GET", "/spaces/", {})
    css = re.search(r'href="(/static/css/app\.[^"]+)"', page.decode())[1]
    sheet, _ = ask(stack, "GET", css, {})
    return {"css": css, "etag": sheet.headers.get("ETag", "")}


def test_every_kind_of_response_carries_them(stack, known):
    for what, method, address, headers, status in KINDS:
        given = {name: value.format(**known) for name, value in headers.items()}
        answer, _ = ask(stack, method, address.format(**known), given)
        assert (what, answer.status) == (what, status)
        for name, value in EVERYWHERE.items():
            found = answer.headers.get_all(name.decode())
            assert (what, name, found) == (what, name, [value.decode()])
