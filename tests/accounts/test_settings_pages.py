import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PAGES = [
    "/settings/",
    "/settings/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/sessions/",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_settings_page_opens_in_the_layout_of_the_site(as_ana, address):
    page = as_ana.get(address)
    assert page.status_code == 200
    assert '<main id="main"' in page.text


@pytest.mark.parametrize("address", PAGES)
def test_settings_pages_require_sign_in(address):
    answer = Client().get(address)
    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={address}")


def test_name_and_bio_are_saved(as_ana, ana):
    answer = as_ana.post("/settings/profile/", {"name": "Ana K", "bio": "Sounds."})
    assert (answer.status_code, answer.url) == (302, "/@ana/")
    ana.refresh_from_db()
    assert (ana.name, ana.bio) == ("Ana K", "Sounds.")


def test_an_empty_name_becomes_the_handle(as_ana, ana):
    as_ana.post("/settings/profile/", {"name": "  ", "bio": ""})
    ana.refresh_from_db()
    assert ana.name == "ana"


def test_a_bio_has_at_most_160_characters(as_ana, ana):
    page = as_ana.post("/settings/profile/", {"name": "Ana", "bio": "x" * 161})
    assert "161 characters; the limit is 160" in page.text
    ana.refresh_from_db()
    assert ana.bio == "Trams"


def test_the_profile_form_changes_neither_handle_nor_rights_nor_follower_count(as_ana, ana):
    as_ana.post(
        "/settings/profile/",
        {"name": "Ana", "handle": "root", "is_staff": "on", "follower_count": "9999"},
    )
    ana.refresh_from_db()
    assert (ana.handle, ana.is_staff, ana.follower_count) == ("ana", False, 0)
