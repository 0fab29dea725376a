"""A suspended person's sockets: closed by every hub, with no word said in the room."""

import pytest
from asgiref.sync import sync_to_async

from accounts import suspension
from accounts.models import User
from spaces.models import Space
from tests import cast


@pytest.fixture
def people(transactional_db: None) -> tuple[Space, User, User]:
    staff = cast.make_user("stella", is_staff=True)
    return cast.make_space(cast.make_host("hana")), cast.make_user("lena"), staff


async def test_a_suspended_listener_is_told_why_and_is_out(room, people):
    space, listener, staff = people
    page = await room.enter(space, listener)
    await sync_to_async(suspension.suspend)(listener, until=None, reason="Threats", by=staff)
    assert (await page.hear("refused"))["code"] == "suspended"
    assert await page.close_code() == 4403


async def test_a_suspended_person_does_not_come_in_again(room, people):
    space, listener, staff = people
    await sync_to_async(suspension.suspend)(listener, until=None, reason="Threats", by=staff)
    page = await room.knock(space.public_id, listener)
    assert (await page.hear("refused"))["code"] == "suspended"
