import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from accounts.demo import PASSWORD, people
from accounts.demo.paintings import draw_picture
from accounts.models import Follow, User

pytestmark = pytest.mark.django_db


def follower_counts() -> dict[str, int]:
    demo_people = User.objects.exclude(handle__startswith="listener_")
    return dict(demo_people.values_list("handle", "follower_count"))


def test_the_demo_command_is_refused_outside_demo_mode(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo")
    assert User.objects.count() == 0


def test_everyone_has_as_many_followers_as_their_count_says():
    people.create_people()
    assert follower_counts() == {
        "ana": 640,
        "ben": 731,
        "cleo": 655,
        "dan": 412,
        "eve": 27,
        "admin": 0,
    }
    for user in User.objects.filter(follower_count__gt=0):
        assert user.followed_by.count() == user.follower_count


def test_running_the_demo_again_changes_nothing():
    people.create_people()
    User.objects.filter(handle="ana").update(name="Ana the Second")
    before = (follower_counts(), User.objects.count(), Follow.objects.count())
    people.create_people()
    assert (follower_counts(), User.objects.count(), Follow.objects.count()) == before
    assert User.objects.get(handle="ana").name == "Ana the Second"


def test_demo_people_can_sign_in_with_the_known_password(rf):
    people.create_people()
    for handle in ("ana", "ben", "cleo", "dan", "eve", "admin"):
        assert authenticate(rf.get("/"), username=handle, password=PASSWORD).handle == handle
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 6
    assert list(User.objects.filter(is_staff=True).values_list("handle", flat=True)) == ["admin"]


def test_demo_listeners_cannot_sign_in():
    people.create_people()
    listener = User.objects.get(handle="listener_0001")
    assert listener.has_usable_password() is False


def test_the_picture_of_a_handle_is_always_the_same_and_differs_from_others():
    assert draw_picture("ana") == draw_picture("ana")
    assert draw_picture("ana") != draw_picture("ben")
