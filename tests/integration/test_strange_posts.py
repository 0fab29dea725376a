"""Posts that PostgreSQL refuses, although SQLite accepts them, get a response other than 500."""

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
def test_a_post_with_unstorable_input_gets_a_response(both_databases, data, status):
    client = Client()
    client.force_login(make_user())
    assert client.post("/compose/", data).status_code == status
    assert Post.objects.count() == (status == 302)


@pytest.mark.parametrize(
    "path",
    ["/@a%00b/posts/", "/@ana/posts/99999999999999999999/", "/@a%00b/posts/1/", "/@ana/posts/x/"],
)
def test_an_unstorable_url_is_a_404(both_databases, path):
    posts.write(author=make_user("ana"), text="Hello")
    assert Client().get(path).status_code == 404


def test_an_invalid_cursor_shows_the_list_from_its_start(both_databases):
    posts.write(author=make_user("ana"), text="Hello")
    answer = Client().get("/@ana/posts/", {"before": f"{NUL}1"})
    assert "Hello" in answer.text
