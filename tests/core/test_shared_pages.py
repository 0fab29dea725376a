"""Which pages a proxy may show to several people (core/shared_pages.py)."""

import pytest
from django.conf import settings

from spaces.models import Space

SHARED = "X-Accel-Expires"

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(space):
    return ["/", space.get_absolute_url()]


def test_pages_for_strangers_may_be_kept_for_two_seconds(client, pages):
    for path in pages:
        answer = client.get(path)
        assert (path, answer[SHARED], answer.cookies) == (path, "2", {})
        assert "Cookie" in answer["Vary"]
        assert "no-store" in answer["Cache-Control"]  # for browsers


def test_a_page_of_somebody_who_is_signed_in_is_never_kept(as_ana, pages):
    for path in pages:
        assert (path, as_ana.get(path).has_header(SHARED)) == (path, False)


def test_a_page_of_somebody_with_an_old_session_is_never_kept(client, pages):
    client.cookies[settings.SESSION_COOKIE_NAME] = "expired"
    for path in pages:
        assert (path, client.get(path).has_header(SHARED)) == (path, False)


def test_a_page_with_the_csrf_token_of_a_form_is_never_kept(client, space):
    Space.objects.update(open_to_guests=True)
    answer = client.get(space.get_absolute_url())
    assert "csrfmiddlewaretoken" in answer.text
    assert not answer.has_header(SHARED)


def test_refusals_are_never_kept(client):
    assert not client.get("/spaces/nowhere/").has_header(SHARED)
