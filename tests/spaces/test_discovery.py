"""The Spaces page, and the bar of live people whom one follows."""

import pytest

from accounts import follow
from accounts.blocking import block
from accounts.models import User
from spaces import stage
from spaces.bar import bar
from tests.cast import bring_up, make_host, make_space, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return make_user("rea")


def befriend(reader, *people, followers=0):
    for person in people:
        follow.follow(follower=reader, followed=person)
        if followers:
            User.objects.filter(pk=person.pk).update(follower_count=followers)


def test_the_bar_has_hosts_first_and_the_most_followed_first(reader):
    small, big, guest = make_host("small"), make_host("big"), make_user("guest")
    befriend(reader, small, followers=700)
    befriend(reader, big, followers=900)
    befriend(reader, guest, followers=5000)
    spaces = [make_space(host) for host in (small, big, make_host("unknown"))]
    bring_up(spaces[2], guest)
    make_space()  # nobody there whom the reader follows
    assert [(tile.space, tile.person, tile.hosts) for tile in bar(reader)] == [
        (spaces[1], big, True),
        (spaces[0], small, True),
        (spaces[2], guest, False),
    ]


def test_a_space_is_in_the_bar_once_with_who_else_is_on(reader, space, host, speaker):
    befriend(reader, host, speaker, followers=100)
    [tile] = bar(reader)
    assert (tile.person, tile.beside, tile.hosts) == (host, speaker, True)


def test_listening_and_having_spoken_show_in_nobodys_bar(reader, space, speaker, listener):
    befriend(reader, speaker, listener)
    stage.step_down(space, user=speaker)
    assert bar(reader) == []


def test_a_space_that_is_closed_to_me_is_not_in_my_bar(reader, space, host, speaker):
    befriend(reader, speaker)
    block(blocker=host, blocked=reader)
    assert bar(reader) == []


@pytest.mark.parametrize("tiles", [1, 3])
def test_the_bar_costs_the_same_however_many_are_live(reader, tiles, django_assert_num_queries):
    for _ in range(tiles):
        befriend(reader, bring_up(make_space(), make_user()))
    with django_assert_num_queries(2):
        assert len(bar(reader)) == tiles


def test_the_bar_is_fetched_by_itself(client, reader, space, host):
    befriend(reader, host)
    assert client.get("/spaces/bar/").status_code == 302
    client.force_login(reader)
    answer = client.get("/spaces/bar/")
    assert f'aria-label="{host.name}, hosting a live Space"' in answer.text
    assert f": {space.title}. " in answer.text
    assert "<html" not in answer.text


def test_the_spaces_page_finds_by_words_and_topic(client, space):
    page = client.get("/spaces/", {"q": "cities"})
    assert (page.status_code, space.title in page.text) == (200, True)
    page = client.get("/spaces/", {"q": "<b>nothing"})
    assert "Nothing like that is live" in page.text
    assert "<b>nothing" not in page.text
    assert "Nothing like that" in client.get("/spaces/", {"topic": "music"}).text


@pytest.mark.parametrize(
    "query", [{"topic": "x' or 1"}, {"page": "-1"}, {"page": "x"}, {"q": "a" * 999}, {"q": "\x00"}]
)
def test_what_cannot_be_searched_for_is_not(client, space, query):
    page = client.get("/spaces/", query)
    assert (page.status_code, space.title in page.text) == (200, True)


def test_an_empty_house_says_so(client, db):
    assert "Nobody is live right now" in client.get("/spaces/").text


@pytest.mark.parametrize("live", [1, 3])
def test_the_spaces_page_costs_the_same_however_many_are_live(
    client, live, django_assert_num_queries
):
    for _ in range(live):
        bring_up(make_space(), make_user())
    with django_assert_num_queries(6):
        client.get("/spaces/")
