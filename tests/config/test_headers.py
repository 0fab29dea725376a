"""Headers that every response carries."""

from config import headers

NAMES = [name.decode() for name in headers.EVERYWHERE]


async def response_headers(*given, path="/"):
    """Return the headers that the browser gets if a view has set the `given` headers."""
    sent = []

    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": list(given)})
        await send({"type": "http.response.body", "body": b"x"})

    async def send(message):
        sent.append(message)

    await headers.on_every_response(application)({"type": "http", "path": path}, None, send)
    assert sent[1] == {"type": "http.response.body", "body": b"x"}
    return sent[0]["headers"]


async def test_missing_headers_are_added():
    assert dict(await response_headers((b"content-type", b"image/webp"))) == {
        b"content-type": b"image/webp",
        **headers.EVERYWHERE,
    }


async def test_headers_set_by_a_view_are_kept():
    found = await response_headers((b"Referrer-Policy", b"no-referrer"))
    assert [value for name, value in found if name.lower() == b"referrer-policy"] == [
        b"no-referrer"
    ]


async def test_the_url_of_a_page_with_a_secret_is_not_sent_as_referrer():
    for path in ("/accounts/password/reset/key/1-abc/", "/accounts/confirm-email/abc/"):
        found = await response_headers((b"Referrer-Policy", b"same-origin"), path=path)
        named = [value for name, value in found if name.lower() == b"referrer-policy"]
        assert named == [b"strict-origin"]


def test_this_site_may_use_the_microphone_and_nobody_may_use_the_camera():
    features = headers.PERMISSIONS.split(", ")
    assert "microphone=(self)" in features
    assert {"camera=()", "geolocation=()", "display-capture=()"} <= set(features)
