"""Whoever signs out leaves the rooms that their other tabs, or other devices, are in."""

import pytest
from allauth.usersessions.models import UserSession
from asgiref.sync import sync_to_async
from django.test import Client

from accounts.models import User
from spaces.live.consumers import COME_AGAIN
from tests.cast import make_space, make_user, signed_in
from tests.fixtures.room import Page


@pytest.fixture
def space(transactional_db):
    return make_space()


def browser_of(page: Page) -> Client:
    client = Client()
    client.cookies.load(dict(page.socket.scope["headers"])[b"cookie"].decode())
    return client


def sign_out_in_another_tab(page: Page) -> None:
    browser_of(page).post("/accounts/logout/")


def sign_out_everywhere_on_another_device(page: Page) -> None:
    phone = browser_of(page).session
    me = User.objects.get(pk=phone["_auth_user_id"])
    UserSession.objects.create(user=me, session_key=phone.session_key, ip="192.0.2.1")
    signed_in(me).post("/settings/sessions/end/")


@pytest.mark.parametrize(
    "sign_out", [sign_out_in_another_tab, sign_out_everywhere_on_another_device]
)
async def test_a_socket_goes_with_its_session_and_no_other_does(room, space, sign_out):
    listener = await sync_to_async(make_user)("lena")
    phone, other = await room.enter(space, listener), await room.enter(space, space.host)
    await sync_to_async(sign_out)(phone)
    assert await phone.close_code() == COME_AGAIN
    await other.say({"t": "beat"})
    assert await other.hear("beat") == {"t": "beat"}
