"""Input that can't be stored or encoded gets a response other than 500: NUL, which PostgreSQL
refuses, and lone surrogates, which UTF-8 can't encode."""

import pytest
from django.test import Client

from tests.factories import make_space

NUL = "\x00"
SURROGATE = "\ud83d"  # the first half of an emoji
ENCODINGS = ["utf-8", "utf-7", "unicode_escape"]  # what a client may claim to send
FIELDS = [  # texts that commands of a Space take
    ("chat/", "text"),
    ("details/", "title"),
    ("details/", "topics"),
    ("people/u1/remove/", "reason"),
    ("people/u1/invite/", "role"),
    ("people/g1/readmit/", "key"),
    ("request/", "reason"),
    ("pins/", "link"),
    ("feedback/", "line"),
]


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("details/", {"title": "Rain", "topics": f"mu{NUL}sic"}, 400),
        ("details/", {"title": f"Ra{NUL}in"}, 204),
        ("chat/", {"text": f"Hel{NUL}lo"}, 204),
        ("people/u1%00/readmit/", {}, 404),
        ("people/u999999999999999999/mute/", {}, 404),
        ("chat/999999999999999999999999/delete/", {}, 404),
    ],
)
def test_a_command_with_unstorable_input_gets_a_response(both_databases, path, data, status):
    space = make_space()
    client = Client()
    client.force_login(space.host)
    address = f"{space.get_absolute_url()}{path}"
    answer = client.post(address, data, headers={"accept": "application/json"})
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/spaces/a%00b/", "/spaces/a%00b/snapshot/"])
def test_a_url_with_nul_is_a_404(both_databases, path):
    assert Client().get(path).status_code == 404


def multipart(field, text, encoding):
    """Return the body and the content type of a form with one field in this encoding."""
    head = f'--b\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n'.encode()
    body = head + text.encode(encoding, "surrogatepass") + b"\r\n--b--\r\n"
    return body, f"multipart/form-data; boundary=b; charset={encoding}"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_lone_surrogate_in_a_command_gets_a_response(both_databases, encoding):
    space = make_space()
    client = Client()
    client.force_login(space.host)
    client.raise_request_exception = False
    for path, field in FIELDS:
        body, kind = multipart(field, f"a{SURROGATE}b", encoding)
        address = f"{space.get_absolute_url()}{path}"
        answer = client.generic("POST", address, body, kind, headers={"accept": "application/json"})
        assert answer.status_code < 500, (path, field)
        if encoding != "utf-8":
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("path", ["/spaces/", "/search/", "/compose/", "/accounts/login/"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_lone_surrogate_in_a_url_gets_a_response(db, path, encoding):
    raw = SURROGATE.encode(encoding, "surrogatepass").hex("%")
    answer = Client().get(
        f"{path}?q=%{raw}&next=%{raw}", CONTENT_TYPE=f"text/a; charset={encoding}"
    )
    assert answer.status_code < 500
