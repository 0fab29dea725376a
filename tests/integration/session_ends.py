"""Functions that end the session of an open page, each in a different way."""

from collections.abc import Callable

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.factories import make_user, signed_in
from tests.fixtures.room import Page

OLD, NEW = "a good password", "a better password"


def sign_out_in_another_tab(page: Page) -> None:
    browser_of(page).post("/accounts/logout/")


def sign_out_everywhere_on_another_device(page: Page) -> None:
    signed_in(person_of(page)).post("/settings/sessions/end/")


def change_the_password_on_another_device(page: Page) -> None:
    person, passwords = person_of(page), {"password1": NEW, "password2": NEW}
    laptop = Client()
    laptop.post("/accounts/login/", {"login": person.handle, "password": OLD})
    laptop.post("/accounts/password/change/", {"oldpassword": OLD, **passwords})
    assert laptop.get("/settings/").status_code == 200  # this session stays
    assert laptop.login(username=person.handle, password=NEW)


def reset_the_password_by_email(page: Page) -> None:
    person, browser = person_of(page), Client()
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    form = browser.get(f"/accounts/password/reset/key/{key}/", follow=True).redirect_chain[-1][0]
    browser.post(form, {"password1": NEW, "password2": NEW})
    assert browser.login(username=person.handle, password=NEW)


def have_staff_change_the_password(page: Page) -> None:
    staff, person = make_user(is_staff=True, is_superuser=True), person_of(page)
    passwords = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    signed_in(staff).post(f"/admin/accounts/user/{person.pk}/password/", passwords)
    assert Client().login(username=person.handle, password=NEW)


def have_staff_close_the_account(page: Page) -> None:
    staff, person = make_user(is_staff=True, is_superuser=True), person_of(page)
    form = {"handle": person.handle, "name": person.name, "email": person.email, "bio": ""}
    signed_in(staff).post(f"/admin/accounts/user/{person.pk}/change/", form)
    assert not User.objects.get(pk=person.pk).is_active


def person_of(page: Page) -> User:
    """Return the page's person; first add their session to the list in the settings."""
    session = browser_of(page).session
    person = User.objects.get(pk=session["_auth_user_id"])
    UserSession.objects.create(user=person, session_key=session.session_key, ip="192.0.2.1")
    return person


def have_staff_end_the_session(page: Page) -> None:
    staff, person = make_user(is_staff=True, is_superuser=True), person_of(page)
    session = UserSession.objects.get(user=person)
    chosen = {"action": "delete_selected", "_selected_action": [session.pk], "post": "yes"}
    signed_in(staff).post("/admin/usersessions/usersession/", chosen)
    assert not UserSession.objects.filter(user=person).exists()


def close_the_account_in_the_database(page: Page) -> None:
    """Close the account as a management command or another program can: without signals."""
    User.objects.filter(pk=person_of(page).pk).update(is_active=False)


def change_the_password_in_the_database(page: Page) -> None:
    User.objects.filter(pk=person_of(page).pk).update(password=make_password(NEW))


def delete_the_account(page: Page) -> None:
    person_of(page).delete()


def let_the_session_expire(page: Page) -> None:
    key = browser_of(page).session.session_key
    Session.objects.filter(pk=key).update(expire_date=timezone.now())


def browser_of(page: Page) -> Client:
    client = Client()
    client.cookies.load(dict(page.socket.scope["headers"])[b"cookie"].decode())
    return client


ENDS: list[Callable[[Page], None]] = [
    sign_out_in_another_tab,
    sign_out_everywhere_on_another_device,
    change_the_password_on_another_device,
    reset_the_password_by_email,
    have_staff_change_the_password,
    have_staff_close_the_account,
    have_staff_end_the_session,
    close_the_account_in_the_database,
    change_the_password_in_the_database,
    delete_the_account,
    let_the_session_expire,
]
