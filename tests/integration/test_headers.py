"""The security headers of real responses of every kind."""

import http.client
import re

import pytest

from config.headers import EVERYWHERE

KINDS = [  # name, method, address, headers, status
    ("a page", "GET", "/spaces/", {}, 200),
    ("a probe", "GET", "/healthz", {}, 200),
    ("a redirect", "GET", "/settings/", {}, 302),
    ("a missing page", "GET", "/nowhere/", {}, 404),
    ("an error in JSON", "GET", "/nowhere/", {"Accept": "application/json"}, 404),
    ("a wrong method", "OPTIONS", "/spaces/", {}, 405),
    ("a form without its token", "POST", "/accounts/login/", {}, 403),
    ("an unknown host", "GET", "/spaces/", {"Host": "evil.example"}, 400),
    ("the admin", "GET", "/admin/", {}, 302),
    ("a style sheet", "GET", "{css}", {}, 200),
    ("a compressed style sheet", "GET", "{css}", {"Accept-Encoding": "gzip"}, 200),
    ("a range of a style sheet", "GET", "{css}", {"Range": "bytes=0-9"}, 206),
    ("an unchanged style sheet", "GET", "{css}", {"If-None-Match": "{etag}"}, 304),
    ("a missing static file", "GET", "/static/nowhere.js", {}, 404),
    ("a picture", "GET", "/media/posts/sea.webp", {}, 200),
    ("a missing picture", "GET", "/media/posts/nowhere.webp", {}, 404),
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
    """Put an uploaded picture in place; return the address and the ETag of the style sheet."""
    posts = stack.home / "media" / "posts"
    posts.mkdir(parents=True, exist_ok=True)
    (posts / "sea.webp").write_bytes(b"RIFF")
    _, page = ask(stack, "GET", "/spaces/", {})
    css = re.search(r'href="(/static/css/app\.[^"]+)"', page.decode())[1]
    sheet, _ = ask(stack, "GET", css, {})
    return {"css": css, "etag": sheet.headers.get("ETag", "")}


def test_every_kind_of_response_has_the_security_headers(stack, known):
    for what, method, address, headers, status in KINDS:
        given = {name: value.format(**known) for name, value in headers.items()}
        answer, _ = ask(stack, method, address.format(**known), given)
        assert (what, answer.status) == (what, status)
        for name, value in EVERYWHERE.items():
            found = answer.headers.get_all(name.decode())
            assert (what, name, found) == (what, name, [value.decode()])
