"""The wall of a Space: who pins and unpins, how much fits, and what leaves with a deleted post."""

import html

import pytest
from django.conf import settings

from accounts.models import User
from core.refusals import Refusal
from spaces.actions import lifecycle, moderation, stage
from spaces.models import Space
from spaces.room.snapshot import build
from tests.factories import bring_up, make_user
from timeline import pins, posts
from timeline.models import Pin, Post
from timeline.refusals import Gone

JSON = {"accept": "application/json"}


@pytest.fixture
def post(db: None) -> Post:
    return posts.write(author=make_user("eve", name="Eve"), text="Monday is in B flat")


def ask(client, user: User, space: Space, path: str, **data: object) -> tuple[int, str]:
    client.force_login(user)
    answer = client.post(f"{space.get_absolute_url()}pins/{path}", data, headers=JSON)
    return answer.status_code, answer.json()["code"] if answer.content else ""


def wall(space: Space) -> list[str]:
    return [pin["text"] for pin in build(space)["pins"]]


def test_whoever_is_on_the_stage_pins_a_post_for_all(client, space, speaker, post):
    assert ask(client, speaker, space, "", post=post.pk) == (204, "")
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


def test_a_post_is_pinned_by_its_link(client, space, host, post):
    link = f"  {settings.BASE_URL}{post.get_absolute_url()}?from=menu "
    assert ask(client, host, space, "", link=link) == (204, "")
    assert wall(space) == ["Monday is in B flat"]


@pytest.mark.parametrize("link", ["", "hello", "https://evil.example/@eve/posts/1/", "/spaces/x/"])
def test_another_link_is_refused_with_words(client, space, host, link):
    assert ask(client, host, space, "", link=link) == (400, "bad_link")


def test_a_post_that_is_not_there_is_refused(client, space, host):
    assert ask(client, host, space, "", post=999) == (404, "no_post")


def test_a_listener_pins_nothing(client, space, listener, post):
    assert ask(client, listener, space, "", post=post.pk) == (403, "not_allowed")


def test_signed_out_nobody_pins(client, space, post):
    path = f"{space.get_absolute_url()}pins/"
    for address in (path, f"{path}{post.pk}/unpin/"):
        assert client.post(address, {"post": post.pk}, headers=JSON).json()["code"] == "signed_out"
        assert client.get(address).status_code == 405
    assert wall(space) == []


def test_who_was_removed_pins_nothing(client, space, host, speaker, post):
    moderation.remove(space, user=speaker, by=host)
    assert ask(client, speaker, space, "", post=post.pk) == (403, "removed")


def test_the_newest_pin_is_first_and_twice_is_once(space, host, post):
    other = posts.write(author=host, text="Second")
    for each in (post, other, post):
        pins.pin(space, post=each, by=host)
    assert wall(space) == ["Second", "Monday is in B flat"]


def test_a_wall_holds_eight(space, host):
    for number in range(pins.MOST):
        pins.pin(space, post=posts.write(author=host, text=f"No. {number}"), by=host)
    with pytest.raises(pins.WallFull):
        pins.pin(space, post=posts.write(author=host, text="One more"), by=host)
    assert len(wall(space)) == pins.MOST


def test_whoever_pinned_it_unpins_it_also_as_a_listener(client, space, speaker, post):
    pins.pin(space, post=post, by=speaker)
    stage.step_down(space, user=speaker)
    assert ask(client, speaker, space, f"{post.pk}/unpin/") == (204, "")
    assert wall(space) == []


def test_a_host_unpins_what_others_pinned_and_a_speaker_does_not(
    client, space, host, speaker, post
):
    pins.pin(space, post=post, by=host)
    assert ask(client, speaker, space, f"{post.pk}/unpin/") == (403, "not_your_pin")
    other = bring_up(space, make_user())
    second = posts.write(author=other, text="Second")
    pins.pin(space, post=second, by=other)
    assert ask(client, host, space, f"{second.pk}/unpin/") == (204, "")
    assert wall(space) == ["Monday is in B flat"]


def test_the_log_tells_who_unpinned_what_another_had_pinned_and_nothing_else(
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


def test_a_deleted_post_leaves_the_wall_and_is_read_no_more(
    client, space, host, post, django_capture_on_commit_callbacks
):
    pins.pin(space, post=post, by=host)
    with django_capture_on_commit_callbacks(execute=True):
        posts.delete(post, by=post.author)
    assert wall(space) == []
    client.force_login(host)
    missed = client.get(f"{space.get_absolute_url()}events/?since=1")
    assert [each["t"] for each in missed.json()["events"]] == ["pinned", "unpinned"]
    assert "B flat" not in missed.text


def test_what_was_pinned_again_is_read_again(client, space, host, post):
    pins.pin(space, post=post, by=host)
    pins.unpin(space, post_id=post.pk, by=host)
    pins.pin(space, post=post, by=host)
    client.force_login(host)
    missed = client.get(f"{space.get_absolute_url()}events/?since=1").json()["events"]
    assert [each.get("text") for each in missed] == ["", None, "Monday is in B flat"]


def test_in_an_ended_space_nothing_is_pinned(space, host, post):
    lifecycle.end(space, by=host)
    with pytest.raises(Refusal):
        pins.pin(space, post=post, by=host)


def test_deleting_a_post_that_hangs_in_an_ended_space_is_no_trouble(
    space, host, post, django_capture_on_commit_callbacks
):
    pins.pin(space, post=post, by=host)
    lifecycle.end(space, by=host)
    with django_capture_on_commit_callbacks(execute=True):
        posts.delete(post, by=post.author)
    assert Pin.objects.count() == 0


def test_without_a_script_one_comes_back_to_the_post_with_a_word(client, space, host, post):
    client.force_login(host)
    assert "Pin to Space" in client.get(post.get_absolute_url()).text
    here = post.get_absolute_url()
    pinned = client.post(
        f"{space.get_absolute_url()}pins/",
        {"post": post.pk},
        headers={"referer": f"http://testserver{here}#replies"},
        follow=True,
    )
    assert (pinned.redirect_chain, wall(space)) == ([(here, 302)], ["Monday is in B flat"])
    assert "Pinned: everyone in your Space sees it" in pinned.text
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
def test_nobody_is_led_out_of_the_house(client, space, host, post, elsewhere):
    client.force_login(host)
    headers = {"referer": elsewhere} if elsewhere else {}
    answer = client.post(f"{space.get_absolute_url()}pins/", {"post": post.pk}, headers=headers)
    assert (answer.status_code, answer["location"]) == (302, space.get_absolute_url())
