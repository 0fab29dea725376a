import pytest

from accounts.person_json import person
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_person_is_serialized_as_the_protocol_says():
    user = make_user("ana", name="Ana Cruz")
    assert person(user) == {
        "id": f"u{user.pk}",
        "handle": "ana",
        "name": "Ana Cruz",
        "initials": "AC",
        "palette": 18,
        "avatar": "",
    }


def test_a_person_without_a_name_is_shown_by_handle():
    assert person(make_user("ana"))["name"] == "ana"


def test_a_name_without_letters_shows_the_initial_of_the_handle():
    assert person(make_user("ana", name="🔥🔥"))["initials"] == "A"


def test_an_avatar_is_a_url():
    assert person(make_user("ana", picture="avatars/x.webp"))["avatar"] == "/media/avatars/x.webp"
