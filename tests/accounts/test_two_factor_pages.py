"""What pages say about passkeys and apps is true whether a person uses one of them or both."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret


@pytest.fixture
def client(ana, as_ana):
    """Ana's browser, in which she has just entered her password again."""
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    as_ana.post("/accounts/reauthenticate/", {"password": "a good password"})
    return as_ana


@pytest.fixture
def passkey(ana):
    return Authenticator.objects.create(user=ana, type=Authenticator.Type.WEBAUTHN, data={})


def test_turning_off_the_app_does_not_promise_that_the_password_is_enough(ana, client, passkey):
    TOTP.activate(ana, generate_totp_secret())
    page = client.get("/accounts/2fa/totp/deactivate/").text
    assert "Signing in will no longer ask for a code from it." in page


def test_recovery_codes_stand_in_for_a_passkey_too(ana, client, passkey):
    RecoveryCodes.activate(ana)
    page = client.get("/accounts/2fa/recovery-codes/").text
    assert "in place of your passkey or a code from your app" in page


def test_after_a_failure_each_page_says_what_the_device_did_not_do(client):
    adding = client.get("/accounts/2fa/webauthn/add/").text
    client.post("/accounts/logout/")
    signing_in = client.get("/accounts/login/").text
    words = ("didn’t create a passkey", "didn’t offer a passkey")
    assert [each in adding for each in words] == [True, False]
    assert [each in signing_in for each in words] == [False, True]
