import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.hosting import may_host
from accounts.models import User
from safety.models import Report, StaffAct
from tests.factories import make_user, signed_in
from tests.safety.moderation import grant_permissions

pytestmark = pytest.mark.django_db


def run_action(client: Client, action: str, user: User) -> None:
    form = {"action": action, "_selected_action": [user.pk], "reason": "A good voice"}
    client.post("/admin/accounts/user/", form)


def test_staff_can_grant_and_withdraw_early_access(as_staff):
    user = make_user("ana")
    run_action(as_staff, "grant_early_access", user)
    assert may_host(user) is True
    run_action(as_staff, "withdraw_early_access", user)
    assert may_host(user) is False


def test_granting_early_access_requires_a_reason(as_staff):
    user = make_user("ana")
    form = {"action": "grant_early_access", "_selected_action": [user.pk], "reason": " "}
    assert "Enter a reason" in as_staff.post("/admin/accounts/user/", form, follow=True).text
    assert (may_host(user), StaffAct.objects.count()) == (False, 0)


def test_staff_who_may_only_view_people_cannot_grant_access_or_open_cases():
    user = make_user("ana")
    reader = grant_permissions(make_user("rita", is_staff=True), "view_user")
    for action in ("grant_early_access", "withdraw_early_access", "open_case"):
        run_action(signed_in(reader), action, user)
    assert (may_host(user), Report.objects.count()) == (False, 0)


def test_verifying_an_address_requires_the_change_right_and_is_logged(ana, as_staff):
    address = EmailAddress.objects.create(user=ana, email=ana.email)
    reader = signed_in(grant_permissions(make_user("rita", is_staff=True), "view_emailaddress"))
    action = {"action": "make_verified", "_selected_action": [address.pk]}
    reader.post("/admin/account/emailaddress/", action)
    address.refresh_from_db()
    assert address.verified is False
    form = {"user": ana.pk, "email": ana.email, "verified": "on"}
    as_staff.post(f"/admin/account/emailaddress/{address.pk}/change/", form)
    address.refresh_from_db()
    assert address.verified is True
    assert [(line.act, line.subject) for line in StaffAct.objects.all()] == [
        ("change_emailaddress", ana)
    ]


def test_staff_who_may_edit_people_cannot_give_them_rights(db):
    editor = grant_permissions(make_user("edda", is_staff=True), "view_user", "change_user")
    client, user = signed_in(editor), make_user("ana")
    form = {"handle": "ana", "name": "Ana", "email": user.email, "bio": "", "is_staff": "on"}
    client.post(f"/admin/accounts/user/{user.pk}/change/", {**form, "is_superuser": "on"})
    user.refresh_from_db()
    assert (user.name, user.is_staff, user.is_superuser, user.is_active) == (
        "Ana",
        False,
        False,
        True,
    )


@pytest.mark.parametrize("words", ["ana", "ana@example.org"])
def test_people_can_be_found_by_handle_and_email_address(as_staff, words):
    make_user("ana")
    page = as_staff.get("/admin/accounts/user/", {"q": words})
    assert "1 result" in page.text


def test_follower_counts_cannot_be_edited_and_people_cannot_be_deleted(as_staff):
    user = make_user("ana", followers=3)
    page = as_staff.get(f"/admin/accounts/user/{user.pk}/change/").text
    assert 'name="follower_count"' not in page
    assert as_staff.post(f"/admin/accounts/user/{user.pk}/delete/").status_code == 403


def test_staff_cannot_see_the_secret_of_an_authenticator(as_staff):
    user = make_user("ana")
    authenticator = Authenticator.objects.create(
        user=user, type="totp", data={"secret": "TOPSECRET"}
    )
    page = as_staff.get(f"/admin/mfa/authenticator/{authenticator.pk}/change/")
    assert (page.status_code, "TOPSECRET" in page.text) == (200, False)


def test_the_admin_uses_the_sign_in_page_of_the_site():
    answer = Client().get("/admin/login/?next=/admin/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=%2Fadmin%2F")


def test_people_who_are_not_staff_cannot_open_the_admin():
    client = Client()
    client.force_login(make_user("ana"))
    assert client.get("/admin/", follow=True).status_code == 403


def test_only_the_admin_allows_unsafe_eval(as_staff):
    assert "'unsafe-eval'" in as_staff.get("/admin/")["Content-Security-Policy"]
    assert "'unsafe-eval'" not in as_staff.get("/settings/")["Content-Security-Policy"]


def test_staff_can_find_and_end_the_sessions_of_a_person(as_staff, ana):
    client = Client()
    client.force_login(ana)
    session = UserSession.objects.create(
        user=ana, ip="192.0.2.7", session_key=client.session.session_key
    )
    page = as_staff.get("/admin/usersessions/usersession/", {"q": "ana"})
    assert f"/usersession/{session.pk}/change/" in page.text
    change = f"/admin/usersessions/usersession/{session.pk}/change/"
    assert 'name="ip"' not in as_staff.get(change).text
    as_staff.post(change.replace("change", "delete"), {"post": "yes"})
    assert client.get("/settings/").status_code == 302


def test_staff_change_their_password_on_the_same_page_as_everyone(as_staff):
    assert as_staff.get("/admin/password_change/").url == "/accounts/password/change/"
