"""Sign-up, sign-in, e-mail confirmation and password reset, through the pages."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.concurrency import run_concurrently
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a good password"
NEWCOMER = {
    "username": "Ana_K",
    "name": "Ana",
    "email": "Ana@example.org",
    "password1": "rain on slate roofs",
}


def make_verified_user(handle: str) -> User:
    user = make_user(handle)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(login: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": login, "password": password})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def link_in(message: mail.EmailMessage) -> str:
    return re.search(r"http://testserver(/\S+)", message.body).group(1)


def test_a_new_person_confirms_their_email_and_can_sign_in(client):
    answer = client.post("/accounts/signup/", NEWCOMER)
    assert answer.url == "/accounts/confirm-email/"
    user = User.objects.get()
    assert (user.handle, user.name, user.email) == ("Ana_K", "Ana", "ana@example.org")
    assert not is_signed_in(sign_in("ana_k", NEWCOMER["password1"]))
    client.post(link_in(mail.outbox[0]))
    assert is_signed_in(sign_in("ana_k", NEWCOMER["password1"]))


def test_nobody_is_greeted_after_signing_in(client):
    make_verified_user("ana")
    answer = client.post("/accounts/login/", {"login": "ana", "password": PASSWORD})
    assert is_signed_in(client)
    assert list(get_messages(answer.wsgi_request)) == []


def test_a_new_person_reads_one_message(client, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    answer = client.post("/accounts/signup/", NEWCOMER)
    assert [str(each) for each in get_messages(answer.wsgi_request)] == [
        "We sent a link to ana@example.org. Open it to confirm your address."
    ]


def test_the_name_is_optional(client):
    client.post("/accounts/signup/", {**NEWCOMER, "name": ""})
    assert User.objects.get().name == "Ana_K"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("username", "admin", "That handle is taken. Try another one."),
        ("username", "BEN", "That handle is taken. Try another one."),
        ("username", "a b c", "3 to 15 letters, digits or underscores"),
        ("username", "ab", "3 to 15 letters, digits or underscores"),
        ("password1", "12345678", "too common"),
        ("password1", "ana_k_1ab", "too much like your handle"),
        ("email", "not an address", "That is not an e-mail address."),
        ("name", "x" * 51, "51 characters; the limit is 50"),
    ],
)
def test_a_sign_up_error_is_shown_and_no_account_is_created(client, field, value, words):
    make_verified_user("ben")
    page = client.post("/accounts/signup/", {**NEWCOMER, field: value})
    assert words in page.text
    assert User.objects.count() == 1


def test_sign_up_does_not_reveal_whether_an_email_has_an_account(client):
    make_verified_user("ben")
    answer = client.post("/accounts/signup/", {**NEWCOMER, "email": "ben@example.org"})
    assert answer.url == "/accounts/confirm-email/"
    assert (User.objects.count(), mail.outbox[0].to) == (1, ["ben@example.org"])


@pytest.mark.parametrize("login", ["ana", "ANA", "ana@example.org", "Ana@Example.org"])
def test_people_can_sign_in_by_handle_or_email_in_any_case(login):
    make_verified_user("ana")
    assert is_signed_in(sign_in(login))


def test_a_wrong_password_is_refused_with_a_clear_message(client):
    make_verified_user("ana")
    page = client.post("/accounts/login/", {"login": "ana", "password": "wrong"})
    assert "That handle and password don’t match." in page.text
    assert not is_signed_in(client)


def test_after_five_wrong_passwords_even_the_right_one_is_refused():
    make_verified_user("ana")
    for _ in range(5):
        sign_in("ana", "wrong")
    assert not is_signed_in(sign_in("ana"))


def test_a_closed_account_cannot_sign_in():
    user = make_verified_user("ana")
    user.is_active = False
    user.save()
    assert not is_signed_in(sign_in("ana"))


def test_a_person_without_a_passkey_is_not_offered_one_as_a_second_step(client):
    TOTP.activate(make_verified_user("ana"), generate_totp_secret())
    page = client.post("/accounts/login/", {"login": "ana", "password": PASSWORD}, follow=True)
    (button,) = re.findall(r"<button[^>]*mfa_webauthn_authenticate[^>]*>", page.text)
    assert button.endswith(" hidden>")


def test_signing_in_returns_to_the_requested_page(client):
    make_verified_user("ana")
    answer = client.post(
        "/accounts/login/", {"login": "ana", "password": PASSWORD, "next": "/settings/profile/"}
    )
    assert answer.url == "/settings/profile/"


def test_signing_in_does_not_redirect_to_another_site(client):
    make_verified_user("ana")
    answer = client.post(
        "/accounts/login/", {"login": "ana", "password": PASSWORD, "next": "//evil.example/"}
    )
    assert answer.url == "/"


def test_a_password_reset_link_works_once(client):
    make_verified_user("ana")
    client.post("/accounts/password/reset/", {"email": "ana@example.org"})
    link = link_in(mail.outbox[0])
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    new = {"password1": "thunder over tin", "password2": "thunder over tin"}
    assert client.post(address, new).url == "/accounts/password/reset/key/done/"
    assert is_signed_in(sign_in("ana", "thunder over tin"))
    assert "This link no longer works" in Client().get(link, follow=True).text


def test_password_reset_does_not_reveal_who_has_an_account(client):
    make_verified_user("ana")
    known = client.post("/accounts/password/reset/", {"email": "ana@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_signing_out_requires_a_post(as_ana):
    as_ana.get("/accounts/logout/")
    assert is_signed_in(as_ana)
    as_ana.post("/accounts/logout/")
    assert not is_signed_in(as_ana)


def test_sign_up_and_sign_in_require_a_csrf_token():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/accounts/signup/", NEWCOMER).status_code == 403
    assert client.post("/accounts/login/", {"login": "a", "password": "b"}).status_code == 403


def test_sign_in_pages_have_no_inline_script_or_style(client):
    for address in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
        page = client.get(address)
        scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", page.text)
        assert (scripts, re.findall(r"\sstyle=|\son\w+=", page.text)) == ([], [])
        assert "script-src 'self'" in page["Content-Security-Policy"]


@pytest.mark.integration
def test_concurrent_sign_ups_with_the_same_handle_create_one_account(both_databases):
    answers = run_concurrently(
        4,
        lambda number: (
            Client()
            .post("/accounts/signup/", {**NEWCOMER, "email": f"{number}@example.org"})
            .status_code
        ),
    )
    assert set(answers) <= {200, 302}
    assert User.objects.with_handle("ana_k").count() == 1
