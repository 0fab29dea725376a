"""How much of a request body a real daphne process reads, while it answers other requests."""

import socket

from django.conf import settings

MEBIBYTE = 1024 * 1024
HUGE = 300 * MEBIBYTE
JSON = "Accept: application/json"


def post(daphne, *headers):
    connection = daphne.connect()
    lines = ["POST /compose/ HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]
    connection.sendall("\r\n".join(lines).encode())
    return connection


def read(connection):
    """Read until the response is complete or the server closes; return its status and body."""
    connection.settimeout(10)
    answer = b""
    while not answer.endswith((b"}", b"</p>")):
        if not (part := connection.recv(65536)):
            break
        answer += part
    return int(answer.split()[1]), answer.partition(b"\r\n\r\n")[2].decode()


def push(daphne, connection, piece, most):
    """Send `piece` repeatedly until the server accepts no more; return the number of bytes. Check
    that other requests are answered meanwhile."""
    taken = 0
    connection.settimeout(1)
    while taken < most:
        try:
            taken += connection.send(piece)
        except OSError:  # the server stopped reading, or closed the connection
            break
        if taken // len(piece) % 64 == 0:
            assert daphne.responds_to_others()
    return taken


def test_a_declared_length_over_the_limit_is_refused_before_the_body_is_sent(daphne):
    with post(daphne, f"Content-Length: {HUGE}", JSON) as connection:
        status, words = read(connection)
    assert status == 413
    assert '"code": "too_large"' in words and "Make it smaller" in words


def test_a_browser_gets_an_html_page(daphne):
    with post(daphne, f"Content-Length: {HUGE}", "Accept: text/html,*/*") as connection:
        status, words = read(connection)
    assert status == 413 and words.startswith("<!doctype html>")


def test_expect_100_continue_is_refused(daphne):
    with post(daphne, f"Content-Length: {HUGE}", JSON, "Expect: 100-continue") as connection:
        assert connection.recv(13, socket.MSG_PEEK) == b"HTTP/1.1 413 "


def test_a_body_that_is_sent_after_the_refusal_is_not_read(daphne):
    before = daphne.peak_memory()
    with post(daphne, f"Content-Length: {HUGE}", JSON) as connection:
        taken = push(daphne, connection, b"x" * 65536, HUGE)
        assert read(connection)[0] == 413
    assert taken < HUGE / 4  # only what fits into the kernel's buffers
    assert daphne.peak_memory() - before < 8 * MEBIBYTE
    assert daphne.responds_to_others()


def test_a_chunked_body_is_read_up_to_the_limit(daphne):
    before = daphne.peak_memory()
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    with post(daphne, "Transfer-Encoding: chunked", JSON) as connection:
        taken = push(daphne, connection, chunk, HUGE)
        assert read(connection)[0] == 413
    assert settings.MAX_REQUEST_BODY < taken < HUGE / 4
    assert daphne.peak_memory() - before < 8 * MEBIBYTE
    assert daphne.responds_to_others()


def test_a_chunked_body_that_ends_just_over_the_limit_is_refused_once(daphne):
    size = settings.MAX_REQUEST_BODY + 1
    with post(daphne, "Transfer-Encoding: chunked", JSON) as connection:
        connection.sendall(f"{size:x}\r\n".encode() + b"x" * size + b"\r\n0\r\n\r\n")
        status, words = read(connection)
    assert (status, words.count("too_large")) == (413, 1)


def test_a_body_within_the_limit_reaches_django(daphne):
    with post(daphne, "Content-Length: 100000", JSON) as connection:
        connection.sendall(b"x" * 100_000)
        status, words = read(connection)
    assert (status, "page_too_old" in words) == (
        403,
        True,
    )  # Django read it and found no CSRF token
