"""Rate limits on what people do; each refusal says when to try again."""

import io
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.follow import follows
from accounts.models import User
from accounts.views import settings as profile_settings
from core import pictures, rates
from safety import reporting
from safety.models import Report
from safety.views import report
from spaces.actions import lifecycle
from spaces.models import Space
from spaces.views import discovery
from tests.factories import make_space, make_user
from timeline.models import Like, Post
from timeline.posts import write
from timeline.views import posting

WHEN = re.compile(r"Try again in \d+ (s|minutes)\.")
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def low_limits(redis_server, transactional_db, monkeypatch):
    """Allow once an hour where a test would take too long to reach the real limit."""
    cache.clear()
    for module, name in [(rates, "FOLLOWING"), (reporting, "RATE"), (posting, "LIKING")]:
        monkeypatch.setattr(module, name, "1/hour")


@pytest.fixture
def client():
    client = Client()
    client.force_login(make_user("ana"))
    return client


def refused(answer):
    """Return True if a JSON response says that requests came too fast, and when to try again."""
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    return (
        (answer.status_code, body["code"], bool(WHEN.search(body["message"])))
        == (429, "too_fast", True)
    ) and int(answer["Retry-After"]) > 0


def last(times, act):
    """Act this many times and return the last response."""
    return [act() for _ in range(times)][-1]


@pytest.mark.parametrize("act", ["follow", "unfollow"])
def test_following_is_limited(client, act):
    for person in (make_user("ben"), make_user("cleo")):
        client.post(f"/@{person.handle}/follow/")
    assert not follows(follower=person_of(client), followed=person)
    page = client.post(f"/@cleo/{act}/", follow=True).text
    assert WHEN.search(page)
    assert refused(client.post(f"/@cleo/{act}/", headers=JSON))


def person_of(client):
    return client.get("/settings/").wsgi_request.user


def test_posting_is_limited(client):
    answer = last(13, lambda: client.post("/compose/", {"text": "Hello"}))
    assert (answer.status_code, Post.objects.count()) == (429, 12)
    assert WHEN.search(answer.text)
    assert 1 <= int(answer["Retry-After"]) <= 300
    assert refused(client.post("/compose/", {"text": "Hello"}, headers=JSON))


def test_liking_is_limited(client):
    posts = [write(author=make_user(), text="Hello") for _ in range(2)]
    pages = [client.post(f"/posts/{post.pk}/like/", follow=True).text for post in posts]
    assert [bool(WHEN.search(page)) for page in pages] == [False, True]
    assert Like.objects.count() == 1
    assert refused(client.post(f"/posts/{posts[1].pk}/like/", headers=JSON))


@pytest.fixture
def small_picture():
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "navy").save(out, "PNG")
    return out.getvalue()


def test_profile_pictures_are_counted_before_any_is_decoded(client, monkeypatch, small_picture):
    monkeypatch.setattr(profile_settings, "PICTURES", "1/hour")

    def upload():
        data = {"name": "Ana", "upload": SimpleUploadedFile("x.png", small_picture)}
        return client.post("/settings/profile/", data)

    assert upload().status_code == 302
    kept = person_of(client).avatar
    # Decoding another picture would raise a TypeError.
    monkeypatch.setattr(pictures, "reencode", None)
    answer = upload()
    assert (answer.status_code, bool(WHEN.search(answer.text))) == (429, True)
    assert 'value="Ana"' in answer.text  # the other fields are kept
    assert person_of(client).avatar == kept
    assert client.post("/settings/profile/", {"name": "Ana K"}).status_code == 302


def test_saving_a_profile_is_limited(client, monkeypatch):
    monkeypatch.setattr(profile_settings, "SAVING", "1/hour")
    answer = last(2, lambda: client.post("/settings/profile/", {"name": "Ana"}))
    assert (answer.status_code, bool(WHEN.search(answer.text))) == (429, True)


def test_searching_is_limited(client, monkeypatch):
    monkeypatch.setattr(discovery, "SEARCHING", "1/hour")
    space = make_space(title="Rain on Lantern Street")
    assert "Rain on Lantern" in client.get("/spaces/", {"q": "rain"}).text
    answer = client.get("/spaces/", {"q": "rain"})
    assert (answer.status_code, "Wait a minute" in answer.text) == (429, True)
    assert space.title in answer.text and 'value="rain"' in answer.text
    assert answer["Retry-After"]
    assert client.get("/spaces/").status_code == 200  # the page without a search is not limited
    stranger = Client()
    assert [stranger.get("/spaces/", {"q": "rain"}).status_code for _ in "12"] == [200, 429]


def test_opening_the_report_form_is_limited(client, monkeypatch):
    monkeypatch.setattr(report, "LOOKING", "1/hour")
    make_user("ben")
    assert client.get("/report/?person=ben").status_code == 200
    page = client.get("/report/?person=ben", follow=True).text
    assert WHEN.search(page)
    assert refused(client.get("/report/?person=ben", headers=JSON))


def test_reporting_is_limited(client):
    make_user("ben")
    write(author=make_user("cleo"), text="Hello")
    client.post("/report/?person=ben", {"reason": "spam"})
    answer = client.post("/report/?person=cleo", {"reason": "spam"})
    assert (answer.status_code, Report.objects.count()) == (429, 1)
    assert WHEN.search(answer.text)
    assert int(answer["Retry-After"]) > 0
    assert refused(client.post("/report/?person=cleo", {"reason": "spam"}, headers=JSON))


def test_starting_a_space_is_limited(client):
    User.objects.update(follower_count=600)
    form = {"title": "Rain", "speak_policy": "everyone"}

    def start():
        answer = client.post("/spaces/start/", form)
        for space in Space.objects.live():
            lifecycle.end(space, by=space.host)
        return answer

    answer = last(11, start)
    assert (answer.status_code, bool(WHEN.search(answer.text))) == (429, True)
    assert refused(client.post("/spaces/start/", form, headers=JSON))


@pytest.mark.parametrize(
    ("path", "data", "allowed"),
    [("chat/", {"text": "Hello"}, 8), ("request/", {}, 6), ("hand/", {"raised": "true"}, 60)],
)
def test_messages_requests_and_hands_are_limited(client, path, data, allowed):
    address = f"{make_space().get_absolute_url()}{path}"
    answer = last(allowed + 1, lambda: client.post(address, data, headers=JSON))
    assert (answer.status_code, answer.json()["code"]) == (429, "too_fast")
    assert WHEN.search(answer.json()["message"])
    assert 1 <= int(answer["Retry-After"]) <= 30


def test_signing_up_is_limited():
    page = last(21, lambda: Client().post("/accounts/signup/", {}))
    assert (page.status_code, "Wait a minute, then try again." in page.text) == (429, True)
    assert page["Retry-After"] == "60"
    script = Client().post("/accounts/signup/", {}, headers=JSON)
    assert (script.status_code, script.json()["code"], script["Retry-After"]) == (
        429,
        "too_fast",
        "60",
    )


@pytest.mark.parametrize(("proxies", "are_distinct"), [(0, False), (1, False), (2, True)])
def test_forwarded_ip_addresses_count_only_behind_trusted_proxies(settings, proxies, are_distinct):
    """Limits use the address that our outermost proxy saw: behind two, the last but one."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    statuses = [
        Client().post(
            "/accounts/signup/", {}, headers={"x-forwarded-for": f"203.0.113.{n}, 192.0.2.1"}
        )
        for n in range(21)
    ]
    assert (statuses[-1].status_code == 429) is not are_distinct


def test_signing_in_is_limited():
    make_user("ana")
    wrong = {"login": "ana", "password": "a guess"}
    page = last(6, lambda: Client().post("/accounts/login/", wrong))
    assert "Try again in 5 minutes" in page.text
    right = {"login": "ana", "password": "a good password"}
    assert "Try again in 5 minutes" in Client().post("/accounts/login/", right).text
    script = Client().post("/accounts/login/", right, headers=JSON)
    assert refused(script)
    assert script["Retry-After"] == "300"


def test_a_failed_sign_in_by_a_script_gets_the_errors_as_json():
    wrong = {"login": "nobody", "password": "a guess"}
    answer = Client().post("/accounts/login/", wrong, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_form")
    assert "don’t match" in answer.json()["message"]


def test_signing_in_to_many_accounts_from_one_ip_address_is_limited():
    guesses = [{"login": f"person{n}", "password": "a guess"} for n in range(31)]
    pages = [Client().post("/accounts/login/", guess) for guess in guesses]
    assert "Try again in 5 minutes" not in pages[9].text
    assert "Try again in 5 minutes" in pages[10].text
    assert (pages[30].status_code, "Wait a minute" in pages[30].text) == (429, True)
