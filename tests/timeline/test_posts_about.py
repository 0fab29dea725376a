"""Posts about a scheduled Space, on its page."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import blocking
from tests.factories import make_host, make_scheduled_space, make_user
from timeline import feed, posts

pytestmark = pytest.mark.django_db
ANONYMOUS = AnonymousUser()


@pytest.fixture
def space(db):
    return make_scheduled_space(make_host("hana"))


def texts(space, viewer=ANONYMOUS):
    return [entry.post.text for entry in feed.about(space, viewer=viewer)]


def test_the_newest_posts_with_the_card_of_the_space_are_listed(space, ana):
    posts.write(author=ana, text="Something else")
    for number in range(feed.ABOUT + 1):
        posts.write(author=ana, text=f"Come, {number}", space=space)
    assert texts(space) == [f"Come, {number}" for number in range(feed.ABOUT, 0, -1)]


def test_replies_are_not_listed(space, ana, ben):
    post = posts.write(author=ana, text="Come", space=space)
    posts.write(author=ben, text="I will", reply_to=post)
    assert texts(space) == ["Come"]


def test_posts_of_blocked_people_are_hidden(space, ana):
    posts.write(author=ana, text="Come", space=space)
    reader = make_user()
    blocking.block(blocker=reader, blocked=ana)
    assert texts(space, reader) == []
    assert texts(space, make_user()) == ["Come"]


def test_the_number_of_queries_does_not_depend_on_the_number_of_posts(
    space, ana, django_assert_max_num_queries
):
    for number in range(feed.ABOUT):
        posts.write(author=make_user(), text=str(number), space=space)
    with django_assert_max_num_queries(6):
        assert len(texts(space)) == feed.ABOUT
