"""Whoever signs out, gets a new password or has their account closed, leaves by it the rooms and
pages that are open in their other tabs and on their other devices."""

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from asgiref.sync import sync_to_async
from django.test import Client

from accounts.models import User
from spaces.live.line import COME_AGAIN
from spaces.live.rings import get_rings
from tests.cast import make_space, make_user, signed_in
from tests.fixtures.room import AnyPage, Page

OLD, NEW = "a good password", "a better password"


@pytest.fixture
def space(transactional_db):
    return make_space()


def browser_of(page: Page) -> Client:
    client = Client()
    client.cookies.load(dict(page.socket.scope["headers"])[b"cookie"].decode())
    return client


@pytest.fixture(autouse=True)
async def rings(room, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    get_rings.cache_clear()
    yield
    await get_rings().stop()


def sign_out_in_another_tab(page: Page) -> None:
    browser_of(page).post("/accounts/logout/")


def sign_out_everywhere_on_another_device(page: Page) -> None:
    signed_in(person_of(page)).post("/settings/sessions/end/")


def change_the_password_on_another_device(page: Page) -> None:
    person, passwords = person_of(page), {"password1": NEW, "password2": NEW}
    laptop = Client()
    laptop.post("/accounts/login/", {"login": person.handle, "password": OLD})
    laptop.post("/accounts/password/change/", {"oldpassword": OLD, **passwords})
    assert laptop.get("/settings/").status_code == 200  # which stays
    assert laptop.login(username=person.handle, password=NEW)


def reset_the_password_by_mail(page: Page) -> None:
    person, browser = person_of(page), Client()
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    form = browser.get(f"/accounts/password/reset/key/{key}/", follow=True).redirect_chain[-1][0]
    browser.post(form, {"password1": NEW, "password2": NEW})
    assert browser.login(username=person.handle, password=NEW)


def have_staff_change_the_password(page: Page) -> None:
    staff, person = make_user("stella", is_staff=True, is_superuser=True), person_of(page)
    passwords = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    signed_in(staff).post(f"/admin/accounts/user/{person.pk}/password/", passwords)
    assert Client().login(username=person.handle, password=NEW)


def have_staff_close_the_account(page: Page) -> None:
    staff, person = make_user("stella", is_staff=True, is_superuser=True), person_of(page)
    form = {"handle": person.handle, "name": person.name, "email": person.email, "bio": ""}
    signed_in(staff).post(f"/admin/accounts/user/{person.pk}/change/", form)
    assert not User.objects.get(pk=person.pk).is_active


def person_of(page: Page) -> User:
    """With their session among those that they read of in the settings."""
    session = browser_of(page).session
    person = User.objects.get(pk=session["_auth_user_id"])
    UserSession.objects.create(user=person, session_key=session.session_key, ip="192.0.2.1")
    return person


@pytest.mark.parametrize("kind", [Page, AnyPage], ids=["room", "page"])
@pytest.mark.parametrize(
    "end",
    [
        sign_out_in_another_tab,
        sign_out_everywhere_on_another_device,
        change_the_password_on_another_device,
        reset_the_password_by_mail,
        have_staff_change_the_password,
        have_staff_close_the_account,
    ],
)
async def test_a_socket_goes_with_its_session_and_no_other_does(room, space, end, kind):
    listener = await sync_to_async(make_user)("lena")
    phone = await room.enter(space, listener, kind=kind)
    others = [
        await room.enter(space, space.host, kind=kind),
        await room.enter(space, None, kind=AnyPage),
    ]
    await sync_to_async(end)(phone)
    assert await phone.close_code() == COME_AGAIN
    for other in others:
        await other.say({"t": "beat"})
        assert await other.hear("beat") == {"t": "beat"}
