"""Form errors use our own wording and say what to do."""

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIBRARY_WORDING = (
    "required",
    "Ensure this value",
    "Enter a valid",
    "Null characters",
    "valid choice",
)
LONG = "x" * 2000
SIGN_UP = {
    "username": "nia",
    "name": "Nia",
    "email": "nia@example.org",
    "password1": "a-long-ferry-ride-home",
}
NEW = "a-long-ferry-ride-home"
CHANGE = {"oldpassword": "a good password", "password1": NEW, "password2": NEW}


@pytest.fixture
def client():
    """Ana's browser, in which she has just entered her password, as sensitive pages require."""
    ana = make_user("ana")
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    client = Client()
    for address in ("/accounts/login/", "/accounts/reauthenticate/"):
        client.post(address, {"login": "ana", "password": "a good password"})
    return client


def errors_of(client, address, data):
    form = client.post(address, data).context["form"]
    return {name: [str(words) for words in errors] for name, errors in form.errors.items()}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"username": ""}, "Choose a handle."),
        ({"username": LONG}, "A handle has 3 to 15 letters, digits or underscores."),
        ({"username": "a b"}, "A handle has 3 to 15 letters, digits or underscores."),
        ({"username": "ANA"}, "That handle is taken. Try another one."),
        ({"email": ""}, "Enter your e-mail address."),
        ({"email": "nia"}, "An e-mail address looks like this: name@example.org"),
        ({"email": f"{'x' * 60}@{'x' * 60}.{'y' * 60}.{'z' * 60}.{'z' * 60}.org"}, "too long"),
        ({"password1": ""}, "Choose a password."),
        ({"password1": "x1"}, "Make it 8 characters or more."),
        ({"password1": "password"}, "Choose one that nobody would guess."),
        ({"password1": "948372615"}, "Add letters or words."),
        ({"password1": "nia@example.org"}, "too much like your e-mail. Choose something else."),
        ({"name": "x" * 60}, "That is too long: 60 characters; the limit is 50."),
        ({"name": "a\0", "username": "a\0b"}, "Type the text again."),
    ],
)
def test_sign_up_errors_say_what_to_do(client, change, words):
    [errors] = errors_of(Client(), "/accounts/signup/", {**SIGN_UP, **change}).values()
    assert words in " ".join(errors)


@pytest.mark.parametrize(
    ("address", "data", "words"),
    [
        ("/accounts/login/", {"password": "x"}, "Enter your handle, or your e-mail address."),
        ("/accounts/login/", {"login": "ana"}, "Enter your password."),
        ("/accounts/login/", {"login": "ana", "password": "x"}, "don’t match."),
        ("/accounts/password/reset/", {"email": "ana"}, "An e-mail address looks like this"),
    ],
)
def test_sign_in_errors_say_what_to_do(client, address, data, words):
    [errors] = errors_of(Client(), address, data).values()
    assert words in errors[0]


@pytest.mark.parametrize(
    ("address", "data", "words"),
    [
        ("/accounts/password/change/", {**CHANGE, "oldpassword": "x"}, "Try again."),
        ("/accounts/password/change/", {**CHANGE, "oldpassword": ""}, "current password."),
        ("/accounts/password/change/", {**CHANGE, "password2": "x"}, "The passwords don’t match."),
        ("/accounts/password/change/", {**CHANGE, "password2": ""}, "again."),
        ("/accounts/reauthenticate/", {"password": "x"}, "That isn’t your password. Try again."),
        ("/accounts/email/", {"action_add": "", "email": "x"}, "An e-mail address looks like this"),
        (
            "/accounts/email/",
            {"action_add": "", "email": "ana@example.org"},
            "already added that address.",
        ),
        ("/accounts/2fa/totp/activate/", {}, "Enter the code."),
        ("/accounts/2fa/totp/activate/", {"code": "000000"}, "Enter the latest one."),
        ("/settings/profile/", {"name": "Ana", "bio": LONG}, "2000 characters; the limit is 160."),
        ("/report/?person=ben", {"reason": "x"}, "Choose a reason"),
        (
            "/report/?person=ben",
            {"reason": "spam", "text": LONG},
            "2000 characters; the limit is 1000.",
        ),
    ],
)
def test_errors_in_forms_for_members_say_what_to_do(client, address, data, words):
    make_user("ben")
    [errors] = errors_of(client, address, data).values()
    assert words in errors[0]
    assert not any(phrase in words for phrase in LIBRARY_WORDING for words in errors)


def test_an_empty_file_is_refused(client):
    data = {"name": "Ana", "upload": SimpleUploadedFile("a.png", b"")}
    assert errors_of(client, "/settings/profile/", data) == {
        "upload": ["That file is empty. Choose another file."]
    }


def test_an_empty_form_shows_no_wording_of_the_libraries(client):
    for address in ("/accounts/signup/", "/accounts/login/", "/accounts/password/reset/"):
        errors = errors_of(Client(), address, {})
        assert errors
        assert not any(phrase in str(errors) for phrase in LIBRARY_WORDING)
