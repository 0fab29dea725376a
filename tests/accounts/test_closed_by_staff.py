"""An account that staff closed stays closed, also where its owner had asked to delete it."""

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
from tests.safety.desk import permit

PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def leaving(ana, django_capture_on_commit_callbacks):
    """Ana, who has asked for the deletion of her account."""
    request_deletion(ana, django_capture_on_commit_callbacks)
    return ana


def act(client, action, *people):
    form = {"action": action, "_selected_action": [each.pk for each in people], "reason": "Threats"}
    return client.post(PEOPLE, form, follow=True)


def state(user):
    user.refresh_from_db()
    return user.is_active, user.closed_by_staff_at is not None, user.deletes_at is not None


@pytest.mark.django_db
def test_its_owner_opens_it_neither_by_the_mailed_link_nor_by_signing_in(leaving, client, as_staff):
    link = f"/settings/keep/{deletion_token.make(leaving)}/"
    act(as_staff, "close_account", leaving)
    for answer in (client.get(link), client.post(link)):
        assert (answer.status_code, "The people who run this site closed @ana" in answer.text) == (
            403,
            True,
        )
    asked = sign_in(client)
    assert asked.url == "/accounts/inactive/"
    assert "The people who run this site closed it" in client.get(asked.url).text
    assert deletion.cancel(leaving) is False
    assert state(leaving) == (False, True, True)


@pytest.mark.django_db
def test_it_is_erased_on_the_day_all_the_same(
    leaving, as_staff, django_capture_on_commit_callbacks
):
    act(as_staff, "close_account", leaving)
    make_due(leaving)
    with django_capture_on_commit_callbacks(execute=True):
        deletion.erase_due()
    leaving.refresh_from_db()
    assert leaving.deleted_at is not None


@pytest.mark.django_db
def test_who_changes_its_name_does_not_close_it(leaving, as_staff):
    form = {"handle": "ana", "name": "Ana A.", "email": leaving.email, "bio": ""}
    as_staff.post(f"{PEOPLE}{leaving.pk}/change/", form)
    assert (leaving.name, state(leaving)) == ("Ana", (False, False, True))
    assert (leaving.name, deletion.cancel(leaving)) == ("Ana A.", True)


@pytest.mark.django_db
def test_unticking_active_marks_it_and_ticking_it_takes_the_mark_away(ana, as_staff):
    form = {"handle": "ana", "name": "Ana", "email": ana.email, "bio": ""}
    as_staff.post(f"{PEOPLE}{ana.pk}/change/", form)
    assert state(ana) == (False, True, False)
    assert "Closed by staff" in as_staff.get(f"{PEOPLE}{ana.pk}/change/").text
    as_staff.post(f"{PEOPLE}{ana.pk}/change/", {**form, "is_active": "on"})
    assert state(ana) == (True, False, False)


@pytest.mark.django_db
def test_closing_and_opening_stand_in_the_log_with_their_reason(leaving, staff, as_staff):
    act(as_staff, "close_account", leaving)
    act(as_staff, "open_account", leaving)
    assert state(leaving) == (True, False, False)
    lines = [(line.act, line.actor, line.subject, line.reason) for line in StaffAct.objects.all()]
    assert lines == [
        ("open_account", staff, leaving, "Threats"),
        ("close_account", staff, leaving, "Threats"),
    ]


@pytest.mark.django_db
def test_superusers_alone_close_and_nobody_closes_themselves(ana, staff, as_staff):
    editor = permit(make_user("edda", is_staff=True), "view_user", "change_user")
    act(signed_in(editor), "close_account", ana)
    assert "You can&#x27;t close your own account" in act(as_staff, "close_account", staff).text
    assert (state(ana), state(staff)) == ((True, False, False), (True, False, False))


@pytest.mark.django_db
def test_a_link_for_a_new_password_that_was_mailed_before_works_no_more(
    ana, client, as_staff, mailoutbox, django_capture_on_commit_callbacks
):
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/password/reset/", {"email": ana.email})
    link = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[0].body)[0]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    act(as_staff, "close_account", ana)
    assert "This link has been used" in Client().get(link, follow=True).text
    client.post(form, {"password1": "thunder over tin", "password2": "thunder over tin"})
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_accounts_that_staff_had_closed_before_get_the_mark(both_databases):
    closed, open_one = make_user("ana"), make_user("ben")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    with connection.schema_editor() as editor:
        import_module("accounts.migrations.0008_closed_by_staff").mark_closed(apps, editor)
    assert (state(closed), state(open_one)) == ((False, True, False), (True, False, False))
