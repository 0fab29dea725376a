"""Errors are JSON with a readable message for scripts, and a page for people."""

import errno
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import path

from config import errors, urls
from safety import suspension
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SCRIPTS = [{"accept": "application/json"}, {"accept": "*/*", "content-type": "application/json"}]
LARGE = 3_000_000  # bytes; more than a form may contain


def fail(request):
    raise RuntimeError("secret words")


def fill_disk(request):
    raise OSError(errno.ENOSPC, "No space left on device")


handler400, handler500 = urls.handler400, urls.handler500
urlpatterns = [*urls.urlpatterns, path("breaks/", fail), path("fills/", fill_disk)]


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    client.force_login(make_user("ana"))
    return client


def status_and_code(answer):
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body.keys() == {"code", "message"}
    assert body["message"].endswith(".")
    return answer.status_code, body["code"]


@pytest.mark.parametrize("headers", SCRIPTS)
def test_scripts_get_errors_as_json(client, headers):
    make_user("ben")
    for method, address, expected in [
        (client.get, "/nowhere/", (404, "not_found")),
        (client.post, "/spaces/nowhere123/chat/", (404, "not_found")),
        (client.get, "/@ben/follow/", (405, "wrong_method")),
        (client.post, "/@ana/follow/", (403, "forbidden")),
        (client.get, "/breaks/", (500, "broken")),
        (Client().post, "/spaces/nowhere123/chat/", (403, "signed_out")),
        (Client(enforce_csrf_checks=True).post, "/@ben/follow/", (403, "page_too_old")),
    ]:
        content = {"content_type": "application/json"} if "content-type" in headers else {}
        assert status_and_code(method(address, headers=headers, **content)) == expected
    assert client.get("/@ben/follow/", headers=headers)["Allow"] == "POST"


def test_a_post_that_does_not_ask_for_html_gets_json(client):
    """For example, curl would treat the redirect after a form as a success."""
    headers, ben = {"accept": "*/*"}, make_user("ben")
    for method, address, expected in [
        (client.post, "/spaces/nowhere123/chat/", (404, "not_found")),
        (client.post, "/@ana/follow/", (403, "forbidden")),
        (client.put, "/@ben/follow/", (405, "wrong_method")),
        (client.post, "/breaks/", (500, "broken")),
        (Client().post, "/@ben/follow/", (403, "signed_out")),
        (Client(enforce_csrf_checks=True).post, "/@ben/follow/", (403, "page_too_old")),
    ]:
        assert status_and_code(method(address, headers=headers)) == expected
    for form in ({"accept": "text/html,*/*;q=0.8"}, {"accept": "*/*", "hx-request": "true"}):
        assert (
            client.post("/@ben/follow/", headers=form).headers["location"] == ben.get_absolute_url()
        )
    assert "text/html" in client.get("/nowhere/", headers=headers).headers["content-type"]


def test_a_request_that_is_too_large_is_refused_with_an_explanation(client):
    form = {"text": "x" * LARGE}
    body = {"content_type": "application/x-www-form-urlencoded", "data": urlencode(form)}
    assert status_and_code(client.post("/compose/", headers=SCRIPTS[0], **body)) == (
        413,
        "too_large",
    )
    page = client.post("/compose/", headers={"accept": "text/html"}, **body)
    assert (page.status_code, "That’s too large" in page.text) == (413, True)


def test_the_response_to_a_full_disk_does_not_blame_the_database(client):
    """The text must also be true of an outage of the database, which has the same response."""
    answer = client.post("/fills/", headers=SCRIPTS[0])
    assert status_and_code(answer) == (503, "unavailable")
    page = client.post("/fills/", headers={"accept": "text/html"})
    for text in (answer.json()["message"], page.text):
        assert ("can’t read or save data right now" in text, "database" in text) == (True, False)


def test_details_of_a_failure_are_not_revealed(client):
    assert "secret words" not in client.get("/breaks/", headers=SCRIPTS[0]).text


def test_a_suspended_person_who_posts_json_gets_json(client):
    suspension.suspend(
        client.get("/settings/").wsgi_request.user,
        until=None,
        reason="Threats",
        by=make_user(is_staff=True),
    )
    answer = client.post("/@ana/follow/", "{}", content_type="application/json")
    assert status_and_code(answer) == (403, "suspended")


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/nowhere/", 404, "Nothing here"),
        ("/breaks/", 500, "Something broke on our side"),
        ("/@ana/follow/", 405, "This link can’t be opened"),
    ],
)
def test_people_get_errors_as_pages(client, address, status, heading):
    answer = client.get(address, headers={"accept": "text/html,*/*"})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert f"<h1>{heading}</h1>" in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_every_error_has_a_message_for_people():
    for code, message in [*errors.MESSAGES.values(), errors.SIGNED_OUT, errors.TOO_OLD]:
        assert code.isidentifier()
        assert message[0].isupper()
