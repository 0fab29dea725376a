"""Concurrent requests never pin more than eight posts or a deleted post, on both databases."""

import pytest

from core.refusals import Refusal
from spaces.room.snapshot import build
from tests.concurrency import run_concurrently
from tests.factories import make_space, make_user
from timeline import pins, posts
from timeline.models import Pin

pytestmark = pytest.mark.integration


def test_twelve_concurrent_pins_fill_eight_places(redis_server, both_databases):
    space = make_space()
    written = [posts.write(author=space.host, text=str(number)) for number in range(12)]
    outcomes = run_concurrently(
        12, lambda n: pins.pin(type(space).objects.get(), post=written[n], by=space.host)
    )
    assert (
        sorted(type(each).__name__ for each in outcomes) == ["NoneType"] * 8 + ["TooManyPins"] * 4
    )
    assert Pin.objects.count() == 8


def test_a_post_that_is_deleted_while_it_is_being_pinned_is_not_pinned_afterwards(
    redis_server, both_databases
):
    space, ana = make_space(), make_user("ana")
    for _ in range(4):
        post = posts.write(author=ana, text="Rain")

        def pin_or_delete(number, post=post):
            if number:
                return pins.pin(type(space).objects.get(), post=post, by=space.host)
            return posts.delete(post, by=ana)

        outcomes = run_concurrently(3, pin_or_delete)
        assert all(each is None or isinstance(each, Refusal) for each in outcomes)
        assert build(space)["pins"] == []
        kinds = list(space.journal.values_list("kind", flat=True))
        assert kinds.count("pinned") == kinds.count("unpinned")
