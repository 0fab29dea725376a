"""Pins in a Space: who may pin and unpin, how many are allowed, and what deleting a post does."""

import html

import pytest
from django.conf import settings

from accounts.models import User
from core.refusals import Refusal
from spaces.actions import lifecycle, removals, stage
from spaces.models import Space
from spaces.room.snapshot import build
from tests.factories import make_user, put_on_stage
from timeline import pins, posts
from timeline.models import Pin, Post
from timeline.refusals import Gone

JSON = {"accept": "application/json"}


@pytest.fixture
def post(db: None) -> Post:
    return posts.write(author=make_user("eve", name="Eve"), text="Monday is in B flat")


def send(client, user: User, space: Space, path: str, **data: object) -> tuple[int, str]:
    client.force_login(user)
    answer = client.post(f"{space.get_absolute_url()}pins/{path}", data, headers=JSON)
    return answer.status_code, answer.json()["code"] if answer.content else ""


def texts_of_pins(space: Space) -> list[str]:
    return [pin["text"] for pin in build(space)["pins"]]


def test_everyone_on_the_stage_can_pin_a_post(client, space, speaker, post):
    assert send(client, speaker, space, "", post=post.pk) == (204, "")
    (pin,) = build(space)["pins"]
    assert pin == {
        "id": post.pk,
        "person": pin["person"],
        "text": "Monday is in B flat",
        "picture": "",
        "alt": "",
        "url": f"/@eve/posts/{post.pk}/",
        "by": pin["by"],
    }
    assert (pin["person"]["name"], pin["by"]["id"]) == ("Eve", speaker.key)
    event = space.journal.latest("revision").frame()
    assert {name: event[name] for name in pin} == pin


def test_a_post_can_be_pinned_by_its_link(client, space, host, post):
    link = f"  {settings.BASE_URL}{post.get_absolute_url()}?from=menu "
    assert send(client, host, space, "", link=link) == (204, "")
    assert texts_of_pins(space) == ["Monday is in B flat"]


@pytest.mark.parametrize("link", ["", "hello", "https://evil.example/@eve/posts/1/", "/spaces/x/"])
def test_a_link_that_names_no_post_is_refused(client, space, host, link):
    assert send(client, host, space, "", link=link) == (400, "bad_link")


def test_a_post_that_does_not_exist_cannot_be_pinned(client, space, host):
    assert send(client, host, space, "", post=999) == (404, "no_post")


def test_listeners_cannot_pin(client, space, listener, post):
    assert send(client, listener, space, "", post=post.pk) == (403, "not_allowed")


def test_pinning_requires_sign_in(client, space, post):
    path = f"{space.get_absolute_url()}pins/"
    for address in (path, f"{path}{post.pk}/unpin/"):
        assert client.post(address, {"post": post.pk}, headers=JSON).json()["code"] == "signed_out"
        assert client.get(address).status_code == 405
    assert texts_of_pins(space) == []


def test_a_removed_person_cannot_pin(client, space, host, speaker, post):
    removals.remove(space, user=speaker, by=host)
    assert send(client, speaker, space, "", post=post.pk) == (403, "removed")


def test_the_newest_pin_comes_first_and_pinning_twice_counts_once(space, host, post):
    other = posts.write(author=host, text="Second")
    for each in (post, other, post):
        pins.pin(space, post=each, by=host)
    assert texts_of_pins(space) == ["Second", "Monday is in B flat"]


def test_a_space_can_have_at_most_eight_pins(space, host):
    for number in range(pins.MAX_PINS):
        pins.pin(space, post=posts.write(author=host, text=f"No. {number}"), by=host)
    with pytest.raises(pins.TooManyPins):
        pins.pin(space, post=posts.write(author=host, text="One more"), by=host)
    assert len(texts_of_pins(space)) == pins.MAX_PINS


def test_people_can_unpin_their_own_pins_even_as_listeners(client, space, speaker, post):
    pins.pin(space, post=post, by=speaker)
    stage.step_down(space, user=speaker)
    assert send(client, speaker, space, f"{post.pk}/unpin/") == (204, "")
    assert texts_of_pins(space) == []


def test_hosts_can_unpin_any_pin_but_speakers_cannot(client, space, host, speaker, post):
    pins.pin(space, post=post, by=host)
    assert send(client, speaker, space, f"{post.pk}/unpin/") == (403, "not_your_pin")
    other = put_on_stage(space, make_user())
    second = posts.write(author=other, text="Second")
    pins.pin(space, post=second, by=other)
    assert send(client, host, space, f"{second.pk}/unpin/") == (204, "")
    assert texts_of_pins(space) == ["Monday is in B flat"]


def test_the_log_lists_unpinning_only_of_another_persons_pin(
    client, space, host, speaker, post, django_capture_on_commit_callbacks
):
    for by, of in ((speaker, speaker), (host, host), (host, speaker)):
        pins.pin(space, post=post, by=of)
        pins.unpin(space, post_id=post.pk, by=by)
    pins.pin(space, post=post, by=speaker)
    with django_capture_on_commit_callbacks(execute=True):
        posts.delete(post, by=post.author)
    client.force_login(host)
    (line,) = client.get(f"{space.get_absolute_url()}log/").json()["log"]
    assert (line["kind"], line["by"]["handle"], line["whom"]["handle"]) == (
        "unpinned",
        host.handle,
        speaker.handle,
    )


def test_a_deleted_post_is_removed_from_the_pins_and_the_journal(
    client, space, host, post, django_capture_on_commit_callbacks
):
    pins.pin(space, post=post, by=host)
    with django_capture_on_commit_callbacks(execute=True):
        posts.delete(post, by=post.author)
    assert texts_of_pins(space) == []
    client.force_login(host)
    missed = client.get(f"{space.get_absolute_url()}events/?since=1")
    assert [each["t"] for each in missed.json()["events"]] == ["pinned", "unpinned"]
    assert "B flat" not in missed.text


def test_missed_events_contain_the_text_of_a_post_only_at_its_current_pin(
    client, space, host, post
):
    pins.pin(space, post=post, by=host)
    pins.unpin(space, post_id=post.pk, by=host)
    pins.pin(space, post=post, by=host)
    client.force_login(host)
    missed = client.get(f"{space.get_absolute_url()}events/?since=1").json()["events"]
    assert [each.get("text") for each in missed] == ["", None, "Monday is in B flat"]


def test_nothing_can_be_pinned_in_an_ended_space(space, host, post):
    lifecycle.end(space, by=host)
    with pytest.raises(Refusal):
        pins.pin(space, post=post, by=host)


def test_a_post_that_is_pinned_in_an_ended_space_can_be_deleted(
    space, host, post, django_capture_on_commit_callbacks
):
    pins.pin(space, post=post, by=host)
    lifecycle.end(space, by=host)
    with django_capture_on_commit_callbacks(execute=True):
        posts.delete(post, by=post.author)
    assert Pin.objects.count() == 0


def test_without_javascript_pinning_redirects_back_with_a_message(client, space, host, post):
    client.force_login(host)
    assert "Pin to Space" in client.get(post.get_absolute_url()).text
    here = post.get_absolute_url()
    pinned = client.post(
        f"{space.get_absolute_url()}pins/",
        {"post": post.pk},
        headers={"referer": f"http://testserver{here}#replies"},
        follow=True,
    )
    assert (pinned.redirect_chain, texts_of_pins(space)) == ([(here, 302)], ["Monday is in B flat"])
    assert "Pinned: everyone in the Space sees it" in pinned.text
    posts.delete(post, by=post.author)
    refused = client.post(
        f"{space.get_absolute_url()}pins/",
        {"post": post.pk},
        headers={"referer": "http://testserver/"},
        follow=True,
    )
    assert refused.redirect_chain == [("/", 302)]
    assert Gone().message in html.unescape(refused.text)


@pytest.mark.parametrize("elsewhere", ["", "https://evil.example/", "//evil.example/"])
def test_pinning_does_not_redirect_to_another_site(client, space, host, post, elsewhere):
    client.force_login(host)
    headers = {"referer": elsewhere} if elsewhere else {}
    answer = client.post(f"{space.get_absolute_url()}pins/", {"post": post.pk}, headers=headers)
    assert (answer.status_code, answer["location"]) == (302, space.get_absolute_url())
