"""Headers that every response carries, whoever made it."""

from config import headers

NAMES = [name.decode() for name in headers.EVERYWHERE]


async def told(*given, path="/"):
    """The headers of a response, as the browser reads them, of a view that gave some itself."""
    sent = []

    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": list(given)})
        await send({"type": "http.response.body", "body": b"x"})

    async def send(message):
        sent.append(message)

    await headers.on_every_response(application)({"type": "http", "path": path}, None, send)
    assert sent[1] == {"type": "http.response.body", "body": b"x"}
    return sent[0]["headers"]


async def test_what_is_missing_is_added():
    assert dict(await told((b"content-type", b"image/webp"))) == {
        b"content-type": b"image/webp",
        **headers.EVERYWHERE,
    }


async def test_what_a_view_says_stands():
    found = await told((b"Referrer-Policy", b"no-referrer"))
    assert [value for name, value in found if name.lower() == b"referrer-policy"] == [
        b"no-referrer"
    ]


async def test_a_page_with_a_secret_in_its_address_is_no_referer():
    for path in ("/accounts/password/reset/key/1-abc/", "/accounts/confirm-email/abc/"):
        found = await told((b"Referrer-Policy", b"same-origin"), path=path)
        named = [value for name, value in found if name.lower() == b"referrer-policy"]
        assert named == [b"strict-origin"]


def test_the_microphone_is_for_this_site_and_the_camera_for_nobody():
    features = headers.PERMISSIONS.split(", ")
    assert "microphone=(self)" in features
    assert {"camera=()", "geolocation=()", "display-capture=()"} <= set(features)
