"""The Spaces page, and the bar with the live people whom the reader follows."""

import re

import pytest

from accounts import follow
from accounts.blocking import block
from accounts.models import User
from spaces.actions import stage
from spaces.directory import discovery
from spaces.directory.bar import bar
from spaces.directory.discovery import find
from spaces.directory.live_view import LiveView
from spaces.models import Topic
from tests.factories import make_host, make_space, make_user, put_on_stage

pytestmark = pytest.mark.django_db


def follow_all(user, *people, followers=0):
    for person in people:
        follow.follow(follower=user, followed=person)
        if followers:
            User.objects.filter(pk=person.pk).update(follower_count=followers)


def test_the_bar_lists_hosts_before_speakers_and_sorts_hosts_by_followers(ana):
    small, big, speaker = make_host("small"), make_host("big"), make_user("speaker")
    follow_all(ana, small, followers=700)
    follow_all(ana, big, followers=900)
    follow_all(ana, speaker, followers=5000)
    spaces = [make_space(host) for host in (small, big, make_host("unknown"))]
    put_on_stage(spaces[2], speaker)
    make_space()  # Ana follows nobody in this Space
    assert [(tile.space, tile.person, tile.hosts) for tile in bar(LiveView(ana))] == [
        (spaces[1], big, True),
        (spaces[0], small, True),
        (spaces[2], speaker, False),
    ]


def test_a_space_with_two_followed_people_has_one_tile(ana, space, host, speaker):
    follow_all(ana, host, speaker, followers=100)
    [tile] = bar(LiveView(ana))
    assert (tile.person, tile.beside, tile.hosts) == (host, speaker, True)


def test_listeners_and_former_speakers_are_not_in_the_bar(ana, space, speaker, listener):
    follow_all(ana, speaker, listener)
    stage.step_down(space, user=speaker)
    assert bar(LiveView(ana)) == []


def test_the_bar_hides_spaces_whose_host_blocks_the_reader(ana, space, host, speaker):
    follow_all(ana, speaker)
    block(blocker=host, blocked=ana)
    assert bar(LiveView(ana)) == []


def test_bar_and_cards_hide_people_on_either_side_of_a_block(ana, space, host, cohost, speaker):
    follow_all(ana, host)
    assert bar(LiveView(ana))[0].beside is not None
    for blocker, blocked in ((ana, speaker), (cohost, ana)):
        block(blocker=blocker, blocked=blocked)
    assert (bar(LiveView(ana))[0].beside, bar(LiveView(ana))[0].listeners) == (None, 0)
    assert [card.speakers for card in find(LiveView(ana)).cards] == [[]]
    assert [card.speakers for card in find(LiveView(make_user())).cards] == [[cohost, speaker]]


@pytest.mark.parametrize("tiles", [1, 3])
def test_query_count_of_the_bar_does_not_grow_with_live_spaces(
    ana, tiles, django_assert_num_queries
):
    for _ in range(tiles):
        follow_all(ana, put_on_stage(make_space(), make_user()))
    with django_assert_num_queries(5):
        assert len(bar(LiveView(ana))) == tiles


def test_the_bar_is_served_as_a_fragment(client, ana, as_ana, space, host):
    follow_all(ana, host)
    assert client.get("/spaces/bar/").status_code == 302
    answer = as_ana.get("/spaces/bar/")
    assert f'aria-label="{host.name}, hosting a live Space"' in answer.text
    assert f": {space.title}. " in answer.text
    assert "<html" not in answer.text


def test_the_spaces_page_searches_by_words_and_topic(client, space):
    page = client.get("/spaces/", {"q": "cities"})
    assert (page.status_code, space.title in page.text) == (200, True)
    page = client.get("/spaces/", {"q": "<b>nothing"})
    assert "No live Spaces match" in page.text
    assert "Try another word" in page.text
    assert "<b>nothing" not in page.text
    page = client.get("/spaces/", {"topic": "music"})
    assert "No live Spaces match" in page.text
    assert "Try another topic" in page.text


@pytest.mark.parametrize(
    "query", [{"topic": "x' or 1"}, {"page": "-1"}, {"page": "x"}, {"q": "a" * 999}, {"q": "\x00"}]
)
def test_invalid_search_parameters_are_ignored(client, space, query):
    page = client.get("/spaces/", query)
    assert (page.status_code, space.title in page.text) == (200, True)


def test_the_links_for_more_and_new_results_keep_the_search(client, space, monkeypatch):
    monkeypatch.setattr(discovery, "PAGE", 1)
    later = make_space()
    query = {"q": "what cities", "since": "5.5"}
    page = client.get("/spaces/", query).text
    newest = later.started_at.timestamp()
    assert f'hx-get="/spaces/?q=what+cities&amp;since={newest!r}"' in page
    assert 'hx-get="/spaces/?q=what+cities&amp;since=5.5&amp;page=2"' in page


def test_the_side_column_is_served_as_a_fragment(client, space):
    column = client.get("/spaces/busiest/").text
    assert (space.title in column, "<html" in column, "hidden>" in column) == (True, False, False)


def test_the_spaces_page_says_so_when_nobody_is_live(client, db):
    assert "Nobody is live right now" in client.get("/spaces/").text


@pytest.mark.parametrize("live", [1, 3])
def test_query_count_of_the_spaces_page_does_not_grow_with_live_spaces(
    client, live, django_assert_num_queries
):
    for _ in range(live):
        put_on_stage(make_space(), make_user())
    with django_assert_num_queries(6):
        client.get("/spaces/")


def test_the_selected_topic_comes_first(client, space):
    space.topics.set(Topic.objects.filter(slug="cities"))
    page = client.get("/spaces/", {"topic": "music"}).text
    topics = re.findall(r'<a class="chip[^>]*topic=(\w+)', page)
    assert topics == ["music", "cities"]


def test_a_returning_reader_gets_the_pages_they_had_loaded_up_to_a_limit(ana, monkeypatch):
    monkeypatch.setattr(discovery, "PAGE", 2)
    monkeypatch.setattr(discovery, "MAX_PAGES", 3)
    spaces = [make_space(make_host(f"host_{number}")) for number in range(9)][::-1]
    two = find(LiveView(ana), until=2)
    assert ([card.space for card in two.cards], two.next_page) == (spaces[:4], 3)
    rest = find(LiveView(ana), page=2, until=3)
    assert ([card.space for card in rest.cards], rest.next_page) == (spaces[2:6], 4)
    most = find(LiveView(ana), until=900)
    assert ([card.space for card in most.cards], most.last_page) == (spaces[:6], 3)
