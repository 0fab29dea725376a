"""An owner who requested the deletion of an account can't reopen it after staff closed it."""

import re
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts import deletion, deletion_token
from accounts.models import User
from safety.models import StaffAct
from tests.accounts.test_deletion import PASSWORD, make_due, request_deletion, sign_in
from tests.factories import make_user, signed_in
from tests.safety.moderation import grant_permissions

PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def leaving_ana(ana, django_capture_on_commit_callbacks):
    """Ana, who requested the deletion of her account."""
    request_deletion(ana, django_capture_on_commit_callbacks)
    return ana


def run_action(client, action, *people):
    form = {"action": action, "_selected_action": [each.pk for each in people], "reason": "Threats"}
    return client.post(PEOPLE, form, follow=True)


def state(user):
    user.refresh_from_db()
    return user.is_active, user.closed_by_staff_at is not None, user.deletes_at is not None


@pytest.mark.django_db
def test_the_owner_cannot_reopen_the_account_by_link_or_by_signing_in(
    leaving_ana, client, as_staff
):
    link = f"/settings/keep/{deletion_token.create(leaving_ana)}/"
    run_action(as_staff, "close_account", leaving_ana)
    for answer in (client.get(link), client.post(link)):
        assert (answer.status_code, "The people who run this site closed" in answer.text) == (
            403,
            True,
        )
    answer = sign_in(client)
    assert answer.url == "/accounts/inactive/"
    assert "The people who run this site closed it" in client.get(answer.url).text
    assert deletion.cancel(leaving_ana) is False
    assert state(leaving_ana) == (False, True, True)


@pytest.mark.django_db
def test_a_closed_account_is_still_erased_on_its_date(
    leaving_ana, as_staff, django_capture_on_commit_callbacks
):
    run_action(as_staff, "close_account", leaving_ana)
    make_due(leaving_ana)
    with django_capture_on_commit_callbacks(execute=True):
        deletion.erase_due()
    leaving_ana.refresh_from_db()
    assert leaving_ana.deleted_at is not None


@pytest.mark.django_db
def test_editing_the_profile_in_the_admin_does_not_mark_the_account_as_closed_by_staff(
    leaving_ana, as_staff
):
    form = {"handle": "ana", "name": "Ana A.", "email": leaving_ana.email, "bio": ""}
    as_staff.post(f"{PEOPLE}{leaving_ana.pk}/change/", form)
    assert (leaving_ana.name, state(leaving_ana)) == ("Ana", (False, False, True))
    assert (leaving_ana.name, deletion.cancel(leaving_ana)) == ("Ana A.", True)


@pytest.mark.django_db
def test_unticking_active_closes_the_account_and_ticking_active_reopens_it(ana, as_staff):
    form = {"handle": "ana", "name": "Ana", "email": ana.email, "bio": ""}
    as_staff.post(f"{PEOPLE}{ana.pk}/change/", form)
    assert state(ana) == (False, True, False)
    assert "Closed by staff" in as_staff.get(f"{PEOPLE}{ana.pk}/change/").text
    as_staff.post(f"{PEOPLE}{ana.pk}/change/", {**form, "is_active": "on"})
    assert state(ana) == (True, False, False)


@pytest.mark.django_db
def test_closing_and_reopening_are_logged_with_the_reason(leaving_ana, staff, as_staff):
    run_action(as_staff, "close_account", leaving_ana)
    run_action(as_staff, "open_account", leaving_ana)
    assert state(leaving_ana) == (True, False, False)
    lines = [(line.act, line.actor, line.subject, line.reason) for line in StaffAct.objects.all()]
    assert lines == [
        ("open_account", staff, leaving_ana, "Threats"),
        ("close_account", staff, leaving_ana, "Threats"),
    ]


@pytest.mark.django_db
def test_only_superusers_can_close_accounts_but_not_their_own(ana, staff, as_staff):
    editor = grant_permissions(make_user("edda", is_staff=True), "view_user", "change_user")
    run_action(signed_in(editor), "close_account", ana)
    assert (
        "You can&#x27;t close your own account" in run_action(as_staff, "close_account", staff).text
    )
    assert (state(ana), state(staff)) == ((True, False, False), (True, False, False))


@pytest.mark.django_db
def test_closing_an_account_invalidates_its_password_reset_link(
    ana, client, as_staff, mailoutbox, django_capture_on_commit_callbacks
):
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/password/reset/", {"email": ana.email})
    link = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[0].body)[0]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    run_action(as_staff, "close_account", ana)
    assert "This link no longer works" in Client().get(link, follow=True).text
    client.post(form, {"password1": "thunder over tin", "password2": "thunder over tin"})
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_the_migration_marks_accounts_that_staff_closed_earlier(both_databases):
    closed, still_open = make_user("ana"), make_user("ben")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    with connection.schema_editor() as editor:
        import_module("accounts.migrations.0008_closed_by_staff").mark_closed(apps, editor)
    assert (state(closed), state(still_open)) == ((False, True, False), (True, False, False))
