"""Search for Spaces, with the same results on both databases."""

import pytest

from accounts import blocking, follow
from spaces.actions import lifecycle
from spaces.directory import discovery
from spaces.directory.live_updates.lists import facts
from spaces.directory.live_view import LiveView
from spaces.directory.search import has_words, matching, wanted_by
from spaces.models import Space, Topic
from tests.factories import make_host, make_scheduled_space, make_space, make_user, put_on_stage


@pytest.fixture
def spaces(both_databases):
    mira = make_user("mira_k", name="Míra Køhl", followers=600)
    otto = make_user("otto", name="Otto", followers=600)
    topics = {
        slug: Topic.objects.get_or_create(slug=slug, defaults={"name": name})[0]
        for slug, name in (("music", "Music"), ("zzfood", "Food & drink"))
    }
    rain = make_space(mira, title="Rain on Lantern Street, 5 a.m.")
    rain.topics.set([topics["music"]])
    bread = make_space(otto, title="Хлеб: the rye hour")
    bread.topics.set(topics.values())
    maths = make_space(title="हिन्दी में बात: 3.14 and/or v2.0-beta, see pi.example/tau")
    return {"rain": rain, "bread": bread, "maths": maths}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rain", {"rain"}),
        ("LANTERN street", {"rain"}),
        ("lant", {"rain"}),
        ("antern", set()),
        ("míra", {"rain"}),
        ("MIRA_K", {"rain"}),
        ("mira", {"rain"}),
        ("KOHL", {"rain"}),
        ("otto\u0301", {"bread"}),
        ("ÓTTO", {"bread"}),
        ("otto", {"bread"}),
        ("music", {"rain", "bread"}),
        ("mus otto", {"bread"}),
        ("drink rye", {"bread"}),
        ("rain otto", set()),
        ("хлеб", {"bread"}),
        ("5 a", {"rain"}),
        ("street,", {"rain"}),
        ("हिन्दी", {"maths"}),
        ("बा", {"maths"}),
        ("3.14", {"maths"}),
        ("beta", {"maths"}),
        ("tau or", {"maths"}),
        ("mi\u0301ra", {"rain"}),  # decomposed, as some keyboards send it
        ("!", set()),
        ("'; drop table", set()),
        ("rain & !otto | (", set()),
        ("nothing", set()),
    ],
)
def test_words_find_titles_hosts_and_topics(spaces, words, found):
    known = {space.pk: name for name, space in spaces.items()}
    assert {known[space.pk] for space in matching(Space.objects.all(), words)} == found
    wanted = wanted_by(words)
    assert {
        known[pk] for pk, each in facts(known).items() if has_words(each.words, wanted)
    } == found


def test_a_space_with_two_topics_is_found_once(spaces):
    assert matching(Space.objects.all(), "rye").count() == 1


def test_a_topic_and_words_both_narrow_the_results(spaces):
    food, anyone = Topic.objects.get(slug="zzfood"), LiveView(None)
    assert [card.space for card in discovery.find(anyone, topic=food).cards] == [spaces["bread"]]
    assert discovery.find(anyone, topic=food, words="rain").total == 0
    assert food in discovery.listed_topics(anyone)
    lifecycle.end(spaces["bread"], by=None)
    assert food not in discovery.listed_topics(LiveView(None))


def test_topics_of_scheduled_spaces_are_listed_for_those_who_may_see_them(db):
    space, topic = make_scheduled_space(make_host()), Topic.objects.get(slug="food")
    space.topics.add(topic)
    reader = make_user()
    assert discovery.listed_topics(LiveView(reader)) == [topic]
    blocking.block(blocker=space.host, blocked=reader)
    assert discovery.listed_topics(LiveView(reader)) == []


def test_spaces_with_people_whom_the_reader_follows_come_first(db):
    one, two, three = (make_space(make_host()) for _ in range(3))
    reader, speaker = make_user(), make_user()
    put_on_stage(one, speaker)
    follow.follow(follower=reader, followed=speaker)
    assert [card.space for card in discovery.find(LiveView(reader)).cards] == [one, three, two]
    assert [card.space for card in discovery.find(LiveView(None)).cards] == [three, two, one]


def test_spaces_that_started_since_the_given_time_come_first(db):
    one, two, three = (make_space(make_host()) for _ in range(3))
    reader = make_user()
    follow.follow(follower=reader, followed=one.host)
    since = two.started_at.timestamp()
    found = discovery.find(LiveView(reader), since=since)
    assert [card.space for card in found.cards] == [three, one, two]
    assert float(found.newest) == three.started_at.timestamp()


def test_results_are_paginated(db, monkeypatch):
    monkeypatch.setattr(discovery, "PAGE", 2)
    made = [make_space() for _ in range(3)]
    first, second = discovery.find(LiveView(None)), discovery.find(LiveView(None), page=2)
    assert [card.space for card in first.cards + second.cards] == made[::-1]
    assert (first.total, first.next_page, second.next_page) == (3, 2, None)
