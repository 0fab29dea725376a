"""The chapters of a transcript, and the jumps from turn to turn."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import blocking
from accounts.models import User
from captions.chapters import LONG_TURN, contents
from captions.models import Line
from safety import suspension
from spaces.actions import lifecycle
from spaces.models import Space
from tests.factories import make_staff, make_user, signed_in
from timeline import pins, posts
from timeline.models import Post

SHORT = timedelta(seconds=5)


def say(space: Space, person: User, text: str, *, lasts: timedelta = SHORT) -> Line:
    start = timezone.now()
    return Line.objects.create(
        space=space, speaker=person, text=text, started_at=start, ended_at=start + lasts
    )


def chapters(space: Space, reader: User | None) -> list[tuple[str, str]]:
    found = contents(space, reader).chapters
    return [(each.name or each.kind, each.text) for each in found]


def pin(space: Space, *, author: User, text: str) -> Post:
    post = posts.write(author=author, text=text)
    pins.pin(space, post=post, by=space.host)
    return post


def test_a_speaker_who_has_not_spoken_before_begins_a_chapter(space, host, speaker):
    for person, text in ((host, "One"), (speaker, "Two"), (host, "Three"), (speaker, "Four")):
        say(space, person, text)
    assert chapters(space, None) == [("hana", "One"), ("sami", "Two")]


def test_a_long_turn_is_a_chapter(space, host, speaker):
    say(space, host, "One")
    say(space, speaker, "Two")
    say(space, host, "Three")
    say(space, host, "Four", lasts=LONG_TURN)
    assert chapters(space, None) == [("hana", "One"), ("sami", "Two"), ("hana", "Three")]


def test_a_new_title_and_a_pin_begin_chapters_with_the_next_line(space, host):
    say(space, host, "One")
    lifecycle.edit_details(space, title="Trams", topics=[], by=host)
    pin(space, author=host, text="Read this")
    line = say(space, host, "Two")
    assert chapters(space, None) == [("hana", "One"), ("title", "Trams"), ("pin", "Read this")]
    assert contents(space, None).chapters[-1].line_id == line.pk


def test_a_moment_after_the_last_line_is_no_chapter(space, host):
    say(space, host, "One")
    lifecycle.edit_details(space, title="Trams", topics=[], by=host)
    assert chapters(space, None) == [("hana", "One")]


def test_posts_that_were_unpinned_or_deleted_are_no_chapters(space, host):
    unpinned = pin(space, author=host, text="Unpinned")
    deleted = pin(space, author=host, text="Deleted")
    say(space, host, "One")
    pins.unpin(space, post_id=unpinned.pk, by=host)
    posts.delete(deleted, by=host)
    assert chapters(space, None) == [("hana", "One")]


def test_words_and_posts_of_blocked_or_suspended_people_are_not_in_the_chapters(
    space, host, speaker, listener
):
    pin(space, author=speaker, text="Pinned")
    say(space, speaker, "One")
    say(space, host, "Two")
    assert chapters(space, None) == [("pin", "Pinned"), ("sami", "One"), ("hana", "Two")]
    blocking.block(blocker=listener, blocked=speaker)
    assert chapters(space, listener) == [("hana", "Two")]
    suspension.suspend(speaker, until=None, reason="Spam", by=make_staff())
    assert chapters(space, make_user()) == [("hana", "Two")]


def test_each_turn_leads_to_the_next_turn_of_its_speaker(space, host, speaker):
    one, _, two, three = (
        say(space, person, text)
        for person, text in ((host, "1"), (host, "2"), (speaker, "3"), (host, "4"))
    )
    assert contents(space, None).next_turns == {one.pk: three.pk}
    assert two.speaker == speaker


def test_the_page_links_to_lines_that_it_shows_and_to_others(space, host, speaker, monkeypatch):
    monkeypatch.setattr("captions.transcript.LINES_PER_PAGE", 1)
    say(space, host, "One")
    other = say(space, speaker, "Two")
    page = signed_in(host).get(f"{space.get_absolute_url()}transcript/").text
    assert f'href="?from={other.pk}#line-{other.pk}"' in page
    page = signed_in(host).get(f"{space.get_absolute_url()}transcript/?from={other.pk}").text
    assert f'href="#line-{other.pk}"' in page


def test_the_number_of_queries_does_not_grow(space, host, speaker, django_assert_max_num_queries):
    for number in range(10):
        say(space, host if number % 2 else speaker, str(number))
        lifecycle.edit_details(space, title=f"Part {number}", topics=[], by=host)
    with django_assert_max_num_queries(4):
        contents(space, None)


@pytest.mark.parametrize("query", ["?q=tram", "?speaker=u1"])
def test_a_search_shows_no_chapters(space, host, speaker, query):
    say(space, host, "Trams")
    say(space, speaker, "Trams")
    address = f"{space.get_absolute_url()}transcript/"
    assert "transcript-chapters" in signed_in(host).get(address).text
    assert "transcript-chapters" not in signed_in(host).get(address + query).text
