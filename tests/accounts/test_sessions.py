import pytest
from django.test import Client

from accounts.templatetags.sessions import browser
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a good password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


def sign_in(handle: str, user_agent: str) -> Client:
    client = Client(headers={"User-Agent": user_agent})
    client.post("/accounts/login/", {"login": handle, "password": PASSWORD})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


@pytest.fixture
def ana(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    return make_user("ana")


def test_the_list_names_every_device(ana):
    laptop, phone = sign_in("ana", FIREFOX), sign_in("ana", IPHONE)
    page = phone.get("/accounts/sessions/").text
    assert "Firefox on Linux" in page and "Safari on iPhone" in page
    assert page.count("This device") == 1
    assert is_signed_in(laptop)


def test_signing_out_everywhere_else_keeps_this_session(ana):
    laptop, phone = sign_in("ana", FIREFOX), sign_in("ana", IPHONE)
    phone.post("/accounts/sessions/")
    assert (is_signed_in(laptop), is_signed_in(phone)) == (False, True)


def test_signing_out_everywhere_ends_this_session_too(ana):
    laptop, phone = sign_in("ana", FIREFOX), sign_in("ana", IPHONE)
    answer = phone.post("/settings/sessions/end/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/")
    assert (is_signed_in(laptop), is_signed_in(phone)) == (False, False)


def test_the_page_says_which_button_signs_out_this_device(ana):
    page = sign_in("ana", FIREFOX).get("/accounts/sessions/").text
    assert "“Sign out everywhere” also signs out this device." in page


def test_other_people_stay_signed_in(ana):
    make_user("ben")
    ben = sign_in("ben", FIREFOX)
    sign_in("ana", IPHONE).post("/settings/sessions/end/")
    assert is_signed_in(ben)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "Another program"),
        ("", "Another program"),
    ],
)
def test_a_browser_is_described_in_plain_words(user_agent, words):
    assert browser(user_agent) == words
