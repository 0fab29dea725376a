"""What PostgreSQL takes amiss and SQLite does not: an answer all the same, never a 500."""

import pytest
from django.test import Client

from tests.cast import make_space

NUL = "\x00"


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
def test_a_command_with_strange_input_is_answered(both_databases, path, data, status):
    space = make_space()
    client = Client()
    client.force_login(space.host)
    address = f"{space.get_absolute_url()}{path}"
    answer = client.post(address, data, headers={"accept": "application/json"})
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/spaces/a%00b/", "/spaces/a%00b/snapshot/"])
def test_a_page_at_a_strange_address_is_not_there(both_databases, path):
    assert Client().get(path).status_code == 404
