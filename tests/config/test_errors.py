"""Whatever goes wrong, a script reads JSON with words for a person, and a person reads a page."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import path

from config import errors, urls
from safety import suspension
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SCRIPTS = [{"accept": "application/json"}, {"accept": "*/*", "content-type": "application/json"}]
LARGE = 3_000_000  # bytes: more than a form may have


def break_down(request):
    raise RuntimeError("secret words")


handler400 = urls.handler400
urlpatterns = [*urls.urlpatterns, path("breaks/", break_down)]


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    client.force_login(make_user("ana"))
    return client


def told(answer):
    assert answer.headers["content-type"] == "application/json"
    said = answer.json()
    assert said.keys() == {"code", "message"}
    assert said["message"].endswith(".")
    return answer.status_code, said["code"]


@pytest.mark.parametrize("headers", SCRIPTS)
def test_a_script_is_told_what_is_wrong(client, headers):
    make_user("ben")
    for ask, address, expected in [
        (client.get, "/nowhere/", (404, "not_found")),
        (client.post, "/spaces/nowhere123/chat/", (404, "not_found")),
        (client.get, "/@ben/follow/", (405, "wrong_method")),
        (client.post, "/@ana/follow/", (403, "forbidden")),
        (client.get, "/breaks/", (500, "broken")),
        (Client().post, "/spaces/nowhere123/chat/", (403, "signed_out")),
        (Client(enforce_csrf_checks=True).post, "/@ben/follow/", (403, "page_too_old")),
    ]:
        content = {"content_type": "application/json"} if "content-type" in headers else {}
        assert told(ask(address, headers=headers, **content)) == expected
    assert client.get("/@ben/follow/", headers=headers)["Allow"] == "POST"


def test_an_act_that_asks_for_no_page_is_answered_as_a_script(client):
    """curl, say: whoever follows the way of a form would take its redirect for a success."""
    bare, ben = {"accept": "*/*"}, make_user("ben")
    for ask, address, expected in [
        (client.post, "/spaces/nowhere123/chat/", (404, "not_found")),
        (client.post, "/@ana/follow/", (403, "forbidden")),
        (client.put, "/@ben/follow/", (405, "wrong_method")),
        (client.post, "/breaks/", (500, "broken")),
        (Client().post, "/@ben/follow/", (403, "signed_out")),
        (Client(enforce_csrf_checks=True).post, "/@ben/follow/", (403, "page_too_old")),
    ]:
        assert told(ask(address, headers=bare)) == expected
    for form in ({"accept": "text/html,*/*;q=0.8"}, {"accept": "*/*", "hx-request": "true"}):
        assert (
            client.post("/@ben/follow/", headers=form).headers["location"] == ben.get_absolute_url()
        )
    assert "text/html" in client.get("/nowhere/", headers=bare).headers["content-type"]


def test_what_is_too_large_is_said_to_be(client):
    form = {"text": "x" * LARGE}
    body = {"content_type": "application/x-www-form-urlencoded", "data": urlencode(form)}
    assert told(client.post("/compose/", headers=SCRIPTS[0], **body)) == (413, "too_large")
    page = client.post("/compose/", headers={"accept": "text/html"}, **body)
    assert (page.status_code, "That’s too large" in page.text) == (413, True)


def test_nothing_of_a_failure_is_told(client):
    assert "secret words" not in client.get("/breaks/", headers=SCRIPTS[0]).text


def test_a_suspended_person_is_told_in_either_way_of_asking(client):
    suspension.suspend(
        client.get("/settings/").wsgi_request.user,
        until=None,
        reason="Threats",
        by=make_user(is_staff=True),
    )
    answer = client.post("/@ana/follow/", "{}", content_type="application/json")
    assert told(answer) == (403, "suspended")


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/nowhere/", 404, "Nothing here"),
        ("/breaks/", 500, "Something broke on our side"),
        ("/@ana/follow/", 405, "Nothing to see here"),
    ],
)
def test_a_person_reads_a_page(client, address, status, heading):
    answer = client.get(address, headers={"accept": "text/html,*/*"})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert f"<h1>{heading}</h1>" in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_every_error_has_words_for_people():
    for code, message in [*errors.WORDS.values(), errors.SIGNED_OUT, errors.TOO_OLD]:
        assert code.isidentifier()
        assert message[0].isupper()
