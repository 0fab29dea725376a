"""People are offered the source code of the site that they use (AGPL, section 13)."""

import pytest

from config.checks import source_is_offered, source_url_can_be_followed

ADDRESS = "https://code.example/spaces"
LINK = f'href="{ADDRESS}"'

pytestmark = pytest.mark.django_db


def test_the_settings_and_signed_out_pages_link_to_the_source(client, as_ana, settings):
    settings.SOURCE_URL = ADDRESS
    pages = [client.get(path) for path in ("/accounts/login/", "/accounts/signup/", "/spaces/")]
    assert all(LINK in page.text for page in [*pages, as_ana.get("/settings/")])
    settings.SOURCE_URL = ""
    assert "Source code" not in as_ana.get("/settings/").text + client.get("/spaces/").text


@pytest.mark.parametrize("address", ["", ADDRESS, "http://192.0.2.1:3000/spaces"])
def test_a_web_url_or_none_is_accepted(settings, address):
    settings.SOURCE_URL = address
    assert source_url_can_be_followed(None) == []


@pytest.mark.parametrize(
    "address", ["code.example", "javascript:alert(1)", "https://", "https://a b/", "http://[::1"]
)
def test_any_other_address_is_an_error(settings, address):
    settings.SOURCE_URL = address
    assert [each.id for each in source_url_can_be_followed(None)] == ["config.E001"]


def test_deploying_without_a_source_url_is_a_warning(settings):
    settings.SOURCE_URL = ""
    assert [each.id for each in source_is_offered(None)] == ["config.W001"]
    settings.SOURCE_URL = ADDRESS
    assert source_is_offered(None) == []
