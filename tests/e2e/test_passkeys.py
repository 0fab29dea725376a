"""Passkeys and second steps in a real browser, with the site's own Content Security Policy."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Page

from tests.fixtures.stack import PASSWORD

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def localhost(stack):
    """The site as http://localhost, because browsers refuse passkeys for IP addresses."""
    return stack.url.replace("127.0.0.1", "localhost")


def add_virtual_authenticator(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def enter(page: Page, handle: str, password: str = PASSWORD) -> None:
    page.locator("[name=login]").fill(handle)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")


def prove(page: Page) -> None:
    """Enter the password if the site asks for it again."""
    if "/reauthenticate/" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()


def test_a_passkey_can_be_added_and_signs_in_without_a_password(chromium, localhost):
    page = chromium.open(f"{localhost}/accounts/login/")
    add_virtual_authenticator(page)
    enter(page, "eve")
    page.wait_for_url(f"{localhost}/")
    page.goto(f"{localhost}/accounts/2fa/webauthn/add/")
    prove(page)
    page.get_by_label("Passkey name").fill("Thumb")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url(lambda address: "/add/" not in address)
    page.goto(f"{localhost}/accounts/2fa/webauthn/")
    assert page.locator(".option-row .name").all_inner_texts() == ["Thumb"]

    page.goto(f"{localhost}/settings/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{localhost}/")
    page.goto(f"{localhost}/accounts/login/?next=/settings/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{localhost}/settings/")

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{localhost}/")
    page.goto(f"{localhost}/accounts/login/?next=/settings/")
    enter(page, "eve")
    page.wait_for_url(re.compile("/accounts/2fa/authenticate/"))
    code = page.get_by_label("Recovery code")
    assert not code.is_visible()
    page.get_by_text("Don’t have your passkey?").click()
    code.wait_for()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{localhost}/settings/")


def test_without_a_passkey_the_page_offers_another_way(chromium, stack):
    page = chromium.open(f"{stack.url}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    problem = page.get_by_role("alert")
    problem.wait_for(state="visible")
    assert "or sign in another way" in problem.inner_text()


def test_an_authenticator_app_can_be_the_second_step(chromium, stack):
    page = chromium.open(f"{stack.url}/accounts/login/")
    enter(page, "dan")
    page.wait_for_url(f"{stack.url}/")
    page.goto(f"{stack.url}/accounts/2fa/totp/activate/")
    prove(page)
    secret = page.locator(".secret-key").inner_text()
    page.locator("[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="Turn on").click()
    page.wait_for_url(lambda address: "/activate/" not in address)
    page.goto(f"{stack.url}/accounts/2fa/recovery-codes/")
    codes = page.locator(".recovery-codes li").all_inner_texts()
    assert len(codes) == 10

    page.goto(f"{stack.url}/settings/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{stack.url}/")
    page.goto(f"{stack.url}/accounts/login/?next=/settings/")
    enter(page, "dan")
    page.wait_for_url(re.compile("/accounts/2fa/authenticate/"))
    page.locator("[name=code]").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{stack.url}/settings/")


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))
