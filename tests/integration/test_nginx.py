"""deploy/nginx.conf in a real nginx: its logs, the networks that it limits, headers and caching."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from config.headers import EVERYWHERE
from core.rates import network

SECRET = "1-SECRET-5c4"
ADDRESSES = (
    "192.0.2.1",
    "192.0.2.2",
    "::ffff:192.0.2.1",
    "::ffff:192.0.2.2",
    "::1",
    "2001:db8::1",
    "2001:db8::1:2:3:4",
    "2001:db8:0:0:1::",
    "2001:db8:0:1::1",
    "2001:db8:1::1",
    "2001:db8:1::2",
    "2001:db8:1::1:2:3:4",
    "2001:db8:1:0:1::1",
    "2001:db8:1:a0a::1",  # with newlines among its bytes
    "2001:db8:1:a0a:0a0a:0a0a:0a0a:0a0a",
    "2001:db8:1:2:3:4:5:6",
    "2001:db8:1:2::",
)
SECRET_PATHS = (
    "/accounts/password/reset/key/",
    "/accounts/confirm-email/",
    "/settings/keep/",
    "/schedule/calendar/",
    "/notifications/unsubscribe/",
    "/spaces/hls/",
)


def test_logs_contain_no_secrets_from_paths_and_no_queries(nginx):
    for address in SECRET_PATHS:
        link = f"{address}{SECRET}/"
        nginx.request(f"{link}?next=/{SECRET}")
        nginx.request(link, plain=True)
        nginx.request(link, method="POST", Content_Length="99000000")  # too large a body
    nginx.request(f"/spaces/?q={SECRET}", Referer=f"https://elsewhere.example/{SECRET}")
    nginx.stop_site()
    for address in SECRET_PATHS:
        # Nginx logs an error with its request.
        assert nginx.request(f"{address}{SECRET}/").status == 502
    nginx.stop()
    logs = nginx.logs()
    assert not {name for name, text in logs.items() if SECRET in text}
    for address in SECRET_PATHS:
        assert f'"GET {address}... HTTP/1.1" 200' in logs["spaces.log"]
        assert f'"GET {address}... HTTP/1.1" 301' in logs["spaces.log"]
        assert f'"POST {address}... HTTP/1.1" 413' in logs["spaces.log"]
    assert '"GET /spaces/ HTTP/1.1" 200' in logs["spaces.log"]
    assert logs["default.log"] == ""


def test_nginx_groups_addresses_into_the_same_networks_as_the_site(nginx):
    keys = {address: nginx.network_of(address) for address in ADDRESSES}
    grouped = [[(one, other), keys[one] == keys[other]] for one in ADDRESSES for other in ADDRESSES]
    assert grouped == [
        [(one, other), network(one) == network(other)] for one in ADDRESSES for other in ADDRESSES
    ]


@pytest.fixture
def files(nginx):
    for folder, name in (("static", "app.css"), ("media", "sea.webp")):
        (nginx.home / folder / name).write_bytes(b"some bytes")


def test_every_response_has_the_security_headers_once(nginx, files):
    etag = nginx.request("/static/app.css").headers["ETag"]
    for address, headers, status in (
        ("/static/app.css", {}, 200),
        ("/static/app.css", {"Range": "bytes=0-3"}, 206),
        ("/static/app.css", {"If_None_Match": etag}, 304),
        ("/static/nowhere.css", {}, 404),
        ("/media/sea.webp", {}, 200),
        ("/media/nowhere.webp", {}, 404),
        ("/spaces/", {}, 200),
        ("/accounts/confirm-email/abc/", {}, 200),
        ("/spaces/", {"Content_Length": "99000000"}, 413),
    ):
        answer = nginx.request(address, **headers)
        assert (address, answer.status) == (address, status)
        for name, value in EVERYWHERE.items():
            given = answer.headers.get_all(name.decode())
            assert (address, name, given) == (address, name, [value.decode()])
    nginx.stop_site()
    refused = nginx.request("/spaces/")
    assert refused.status == 502
    assert refused.headers["X-Content-Type-Options"] == "nosniff"


def test_files_are_cached_by_browsers_and_cannot_run_scripts(nginx, files):
    sheet, picture = nginx.request("/static/app.css"), nginx.request("/media/sea.webp")
    assert "public, immutable" in sheet.headers.get_all("Cache-Control")
    assert picture.headers.get_all("Content-Security-Policy") == ["default-src 'none'"]
    assert nginx.request("/static/nowhere.css").headers["Cache-Control"] is None
    assert (
        nginx.request("/spaces/").headers["Content-Security-Policy"] is None
    )  # the site sets its own


def test_strangers_share_one_rendering(nginx):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: nginx.request("/shared/space/"), range(40)))
    assert {answer.status for answer in answers} == {200}
    assert nginx.rendered == ["/shared/space/"]
    assert answers[-1].headers["Cache-Control"] == "no-store, private"  # for browsers
    assert answers[-1].headers["X-Accel-Expires"] is None


def test_people_with_a_session_get_a_page_of_their_own_that_nobody_else_gets(nginx):
    for _ in range(2):
        nginx.request("/shared/space/", Cookie="sessionid=abc")
    assert nginx.rendered == ["/shared/space/"] * 2
    nginx.request("/shared/space/")
    nginx.request("/shared/space/", Cookie="sessionid=abc")
    assert nginx.rendered == ["/shared/space/"] * 4


def test_pages_that_the_site_does_not_share_are_rendered_each_time(nginx):
    for _ in range(3):
        nginx.request("/spaces/")
    assert nginx.rendered == ["/spaces/"] * 3


@pytest.fixture
def stream(nginx):
    folder = nginx.home / "hls" / "aSpace"
    folder.mkdir()
    for name in ("live.m3u8", "7.mp4", "7.m4s"):
        (folder / name).write_bytes(name.encode())
    return folder


def fetch(nginx, token, name, space="aSpace"):
    answer = nginx.request(f"/spaces/hls/{token}/{space}/{name}")
    headers = (answer.headers["Cache-Control"], answer.headers["Access-Control-Allow-Origin"])
    return answer.status, answer.headers["Content-Type"], *headers


def test_nginx_serves_a_stream_to_those_whom_the_site_allows(nginx, stream):
    playlist, private = "application/vnd.apple.mpegurl", "private, no-store"
    assert fetch(nginx, "ana:1:x-y_z", "live.m3u8") == (200, playlist, private, None)
    assert fetch(nginx, "ana:1:x-y_z", "7.m4s") == (200, "audio/mp4", private, None)
    assert fetch(nginx, "refused", "live.m3u8")[0] == 403
    assert fetch(nginx, "refused", "7.mp4")[0] == 403
    assert fetch(nginx, "ana:1:x-y_z", "8.m4s")[0] == 404
    assert nginx.rendered == [
        "/spaces/hls/ana:1:x-y_z/aSpace/access/",
        "/spaces/hls/refused/aSpace/access/",
    ]


def test_a_cdn_may_keep_the_stream_that_everyone_may_hear(nginx, stream):
    assert fetch(nginx, "open", "live.m3u8")[2:] == ("public, max-age=1", "*")
    assert fetch(nginx, "open", "7.mp4")[2:] == ("public, max-age=3600, immutable", "*")


def test_the_answer_for_one_stream_is_not_used_for_another(nginx, stream):
    (nginx.home / "hls" / "other").mkdir()
    for token, space in (("ana", "aSpace"), ("ben", "aSpace"), ("ana", "other")):
        fetch(nginx, token, "live.m3u8", space)
    assert nginx.rendered == [
        f"/spaces/hls/{path}/access/" for path in ("ana/aSpace", "ben/aSpace", "ana/other")
    ]


def test_nobody_can_ask_nginx_for_other_files_or_for_the_check_itself(nginx, stream):
    (nginx.home / "secret.m4s").write_bytes(b"secret")
    for path in ("ana/aSpace/../../secret.m4s", "ana/..%2F..%2Fhome/secret.m4s", "ana/aSpace/"):
        answer = nginx.request(f"/spaces/hls/{path}")
        assert answer.headers["Content-Length"] == str(len("ok"))  # the site's answer, not a file
    assert nginx.request("/hls-access").status == 404


def test_without_the_site_no_stream_is_served(nginx, stream):
    nginx.stop_site()
    assert fetch(nginx, "ana", "live.m3u8")[0] == 500
