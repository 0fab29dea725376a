"""What a suspended person wrote is unpinned, and is hidden on pages until the suspension ends."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import follow
from safety import suspension
from spaces.actions import lifecycle
from spaces.directory import discovery
from spaces.directory.cards import cards_of
from spaces.directory.live_view import LiveView
from spaces.room.snapshot import build
from tests.factories import make_host, make_space, make_user
from timeline import feed, pins, posts
from timeline.previews import of_link

ANONYMOUS = AnonymousUser()


@pytest.fixture
def mallory(db):
    return make_host("mallory")


@pytest.fixture
def reader(mallory):
    reader = make_user("rea")
    follow.follow(follower=reader, followed=mallory)
    return reader


@pytest.fixture
def suspend(django_capture_on_commit_callbacks):
    def suspend_user(user):
        staff = make_user(is_staff=True)
        with django_capture_on_commit_callbacks(execute=True):
            suspension.suspend(user, until=None, reason="Threats", by=staff)

    return suspend_user


def shown(page):
    return [entry.post for entry in page.entries]


def test_posts_of_a_suspended_person_are_hidden_until_the_suspension_ends(
    client, mallory, reader, suspend
):
    post = posts.write(author=mallory, text="Something awful")
    question = posts.write(author=reader, text="A question")
    answer = posts.write(author=mallory, text="An awful answer", reply_to=question)
    pages = [
        lambda: feed.home(reader),
        lambda: feed.posts_by(mallory, viewer=ANONYMOUS),
        lambda: feed.replies(question, viewer=reader),
    ]
    before = [shown(page()) for page in pages]
    assert before == [[question, post], [post], [answer]]
    assert of_link(f"http://testserver{post.get_absolute_url()}") is not None
    suspend(mallory)
    assert [shown(page()) for page in pages] == [[question], [], []]
    assert client.get(post.get_absolute_url()).status_code == 404
    assert of_link(f"http://testserver{post.get_absolute_url()}") is None
    suspension.lift(mallory)
    assert [shown(page()) for page in pages] == before


def test_the_pages_of_a_suspended_person_say_so(client, mallory, suspend):
    posts.write(author=mallory, text="Something awful")
    suspend(mallory)
    for address in ("/@mallory/", "/@mallory/posts/"):
        page = client.get(address).text
        assert "Account suspended" in page
        assert "Something awful" not in page


def test_pinned_posts_of_a_suspended_person_are_unpinned(space, host, mallory, suspend):
    for author in (host, mallory):
        pins.pin(space, post=posts.write(author=author, text=author.handle), by=host)
    suspend(mallory)
    assert [pin["text"] for pin in build(space)["pins"]] == ["hana"]
    event = space.journal.latest("revision").frame()
    assert (event["t"], event["id"]) == ("unpinned", mallory.posts.get().pk)


def test_the_pins_of_an_ended_space_hide_posts_of_a_suspended_person(space, host, mallory, suspend):
    pins.pin(space, post=posts.write(author=mallory, text="Something awful"), by=host)
    lifecycle.end(space, by=host)
    suspend(mallory)
    assert build(space)["pins"] == []


def test_spaces_of_a_suspended_person_are_in_no_card_and_no_list(mallory, reader, suspend):
    space = make_space(mallory)
    for viewer in (reader, ANONYMOUS):
        assert [card.space for card in discovery.find(LiveView(viewer)).cards] == [space]
    suspend(mallory)
    for viewer in (reader, ANONYMOUS):
        assert discovery.find(LiveView(viewer)).cards == []
        assert cards_of([space.pk], viewer) == {}
