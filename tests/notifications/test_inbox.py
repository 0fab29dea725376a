"""Notifying a person: once per subject, grouped while unread, through the channels they want."""

import pytest

from notifications import inbox, registry, unread
from notifications.models import Delivery, Notification, Preference
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def like(user, actor, subject="post:1"):
    text, many = f"{actor.name} likes your post", "like your post"
    return inbox.notify(user, kind="like", subject=subject, text=text, many=many, actor=actor)


def texts(user):
    return [row.text for row in Notification.objects.filter(user=user).order_by("-pk")]


def test_an_undeclared_kind_is_an_error(ana):
    with pytest.raises(registry.UnknownKind):
        inbox.notify(ana, kind="nothing", text="Hello")


def test_a_notification_with_the_same_subject_is_not_repeated_even_after_it_was_read(ana, ben):
    first = inbox.notify(ana, kind="reply", subject="post:1", text="A reply", actor=ben)
    unread.mark_all_read(ana)
    assert inbox.notify(ana, kind="reply", subject="post:1", text="A reply", actor=ben) is None
    assert list(Notification.objects.all()) == [first]


def test_likes_are_grouped_while_they_are_unread(ana, ben):
    like(ana, ben)
    assert texts(ana) == ["Ben likes your post"]
    like(ana, make_user("cem", name="Cem"))
    like(ana, make_user("dilek", name="Dilek"))
    assert texts(ana) == ["Dilek and 2 others like your post"]
    assert unread.count(ana) == 1


def test_the_text_of_a_group_of_two_says_1_other_in_the_singular(ana, ben):
    like(ana, ben)
    like(ana, make_user("cem", name="Cem"))
    assert texts(ana) == ["Cem and 1 other like your post"]


def test_liking_again_does_not_count_twice(ana, ben):
    like(ana, ben)
    like(ana, make_user("cem", name="Cem"))
    assert like(ana, ben) is None
    assert texts(ana) == ["Cem and 1 other like your post"]


def test_a_new_group_begins_after_the_first_one_was_read(ana, ben):
    like(ana, ben)
    unread.mark_all_read(ana)
    like(ana, make_user("cem", name="Cem"))
    assert texts(ana) == ["Cem likes your post", "Ben likes your post"]


def test_likes_of_two_posts_are_two_notifications(ana, ben):
    like(ana, ben)
    like(ana, ben, subject="post:2")
    assert len(texts(ana)) == 2


def test_a_group_moves_to_the_top(ana, ben):
    like(ana, ben)
    inbox.notify(ana, kind="report", text="Your report")
    like(ana, make_user("cem", name="Cem"))
    assert texts(ana) == ["Cem and 1 other like your post", "Your report"]


def test_people_who_turned_the_page_off_for_a_kind_get_no_notification_there(ana, ben):
    Preference.objects.create(user=ana, kind="like", channel="page", on=False)
    assert like(ana, ben) is None
    assert (texts(ana), Delivery.objects.count()) == ([], 0)


def test_a_required_channel_cannot_be_turned_off(ana):
    Preference.objects.create(user=ana, kind="report", channel="page", on=False)
    assert inbox.notify(ana, kind="report", text="Your report") is not None
