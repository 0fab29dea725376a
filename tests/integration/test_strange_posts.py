"""What PostgreSQL takes amiss in posts and SQLite does not: an answer all the same, never a 500."""

import pytest
from django.test import Client

from tests.factories import make_user
from timeline import posts
from timeline.models import Post

NUL = "\x00"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"text": f"Hel{NUL}lo", "alt": f"a{NUL}b"}, 302),
        ({"text": "Hello", "space": f"a{NUL}b"}, 400),
        ({"text": "Hello", "reply_to": "9" * 19}, 400),
        ({"text": "Hello", "reply_to": "9" * 18}, 400),
        ({"text": f"{NUL}\u2800"}, 400),
    ],
)
def test_a_strange_post_is_answered(both_databases, data, status):
    client = Client()
    client.force_login(make_user())
    assert client.post("/compose/", data).status_code == status
    assert Post.objects.count() == (status == 302)


@pytest.mark.parametrize(
    "path",
    ["/@a%00b/posts/", "/@ana/posts/99999999999999999999/", "/@a%00b/posts/1/", "/@ana/posts/x/"],
)
def test_a_strange_address_is_not_there(both_databases, path):
    posts.write(author=make_user("ana"), text="Hello")
    assert Client().get(path).status_code == 404


def test_a_strange_place_in_a_list_begins_at_the_beginning(both_databases):
    posts.write(author=make_user("ana"), text="Hello")
    answer = Client().get("/@ana/posts/", {"before": f"{NUL}1"})
    assert "Hello" in answer.text
