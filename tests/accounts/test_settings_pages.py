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
def test_every_page_of_the_settings_opens_in_the_site_s_own_page(as_ana, address):
    page = as_ana.get(address)
    assert page.status_code == 200
    assert '<main id="main"' in page.text


@pytest.mark.parametrize("address", PAGES)
def test_no_page_of_the_settings_opens_to_a_stranger(address):
    answer = Client().get(address)
    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={address}")


def test_name_and_bio_are_saved(as_ana, ana):
    answer = as_ana.post("/settings/profile/", {"name": "Ana K", "bio": "Sounds."})
    assert (answer.status_code, answer.url) == (302, "/@ana/")
    ana.refresh_from_db()
    assert (ana.name, ana.bio) == ("Ana K", "Sounds.")


def test_an_emptied_name_falls_back_to_the_handle(as_ana, ana):
    as_ana.post("/settings/profile/", {"name": "  ", "bio": ""})
    ana.refresh_from_db()
    assert ana.name == "ana"


def test_a_bio_has_160_characters_at_most(as_ana, ana):
    page = as_ana.post("/settings/profile/", {"name": "Ana", "bio": "x" * 161})
    assert "161 characters; the limit is 160" in page.text
    ana.refresh_from_db()
    assert ana.bio == "Trams"


def test_only_name_bio_and_picture_can_be_changed_by_oneself(as_ana, ana):
    as_ana.post(
        "/settings/profile/",
        {"name": "Ana", "handle": "root", "is_staff": "on", "follower_count": "9999"},
    )
    ana.refresh_from_db()
    assert (ana.handle, ana.is_staff, ana.follower_count) == ("ana", False, 0)
