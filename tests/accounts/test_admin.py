import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.hosting import may_host
from accounts.models import User
from safety.models import Report, StaffAct
from tests.factories import make_user, signed_in
from tests.safety.desk import permit

pytestmark = pytest.mark.django_db


def run(client: Client, action: str, user: User) -> None:
    form = {"action": action, "_selected_action": [user.pk], "reason": "A good voice"}
    client.post("/admin/accounts/user/", form)


def test_staff_grant_and_withdraw_early_access(as_staff):
    user = make_user("ana")
    run(as_staff, "grant_early_access", user)
    assert may_host(user) is True
    run(as_staff, "withdraw_early_access", user)
    assert may_host(user) is False


def test_early_access_needs_a_reason(as_staff):
    user = make_user("ana")
    form = {"action": "grant_early_access", "_selected_action": [user.pk], "reason": " "}
    assert "Enter a reason" in as_staff.post("/admin/accounts/user/", form, follow=True).text
    assert (may_host(user), StaffAct.objects.count()) == (False, 0)


def test_who_only_reads_people_grants_nothing_and_opens_no_case():
    user = make_user("ana")
    reader = permit(make_user("rita", is_staff=True), "view_user")
    for action in ("grant_early_access", "withdraw_early_access", "open_case"):
        run(signed_in(reader), action, user)
    assert (may_host(user), Report.objects.count()) == (False, 0)


def test_an_address_is_verified_by_who_may_change_it_and_in_the_log(ana, as_staff):
    address = EmailAddress.objects.create(user=ana, email=ana.email)
    reader = signed_in(permit(make_user("rita", is_staff=True), "view_emailaddress"))
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


def test_who_edits_people_gives_nobody_rights(db):
    editor = permit(make_user("edda", is_staff=True), "view_user", "change_user")
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
def test_people_are_found_by_handle_and_address(as_staff, words):
    make_user("ana")
    page = as_staff.get("/admin/accounts/user/", {"q": words})
    assert "1 result" in page.text


def test_counts_cannot_be_edited_and_people_cannot_be_deleted(as_staff):
    user = make_user("ana", followers=3)
    page = as_staff.get(f"/admin/accounts/user/{user.pk}/change/").text
    assert 'name="follower_count"' not in page
    assert as_staff.post(f"/admin/accounts/user/{user.pk}/delete/").status_code == 403


def test_staff_never_see_the_secret_of_a_second_step(as_staff):
    user = make_user("ana")
    step = Authenticator.objects.create(user=user, type="totp", data={"secret": "TOPSECRET"})
    page = as_staff.get(f"/admin/mfa/authenticator/{step.pk}/change/")
    assert (page.status_code, "TOPSECRET" in page.text) == (200, False)


def test_the_admin_has_the_door_of_the_site():
    answer = Client().get("/admin/login/?next=/admin/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=%2Fadmin%2F")


def test_the_admin_is_closed_to_people():
    client = Client()
    client.force_login(make_user("ana"))
    assert client.get("/admin/", follow=True).status_code == 403


def test_only_the_admin_may_evaluate_strings(as_staff):
    assert "'unsafe-eval'" in as_staff.get("/admin/")["Content-Security-Policy"]
    assert "'unsafe-eval'" not in as_staff.get("/settings/")["Content-Security-Policy"]


def test_staff_find_where_somebody_is_signed_in_and_end_it(as_staff, ana):
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


def test_staff_change_their_password_where_everyone_does(as_staff):
    assert as_staff.get("/admin/password_change/").url == "/accounts/password/change/"
