"""Staff cannot get more rights through the admin in any of these ways."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accounts import hosting
from core.refusals import Refusal
from safety.models import StaffAct, Suspension
from safety.moderation import decisions
from safety.moderation.actions import moderation_actions
from tests.factories import make_staff, make_user, signed_in
from tests.safety.moderation import open_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_staff()


@pytest.fixture
def as_editor(editor):
    return signed_in(editor)


def test_staff_cannot_add_an_email_address_to_anyone(as_editor, staff, ana):
    for person in (staff, ana):
        form = {"user": person.pk, "email": "mine@example.org", "verified": "on", "primary": "on"}
        assert as_editor.post("/admin/account/emailaddress/add/", form).status_code == 403
    assert EmailAddress.objects.count() == 0


def test_staff_cannot_change_email_addresses_or_passwords(as_editor, ana):
    person = f"/admin/accounts/user/{ana.pk}/"
    form = {"handle": "ana", "name": "Ana K", "email": "mine@example.org", "bio": ""}
    as_editor.post(f"{person}change/", form)
    before = ana.password
    new = {"password1": "mine from now", "password2": "mine from now", "usable_password": "true"}
    assert as_editor.post(f"{person}password/", new).status_code == 403
    ana.refresh_from_db()
    assert (ana.name, ana.email, ana.password) == ("Ana K", "ana@example.org", before)
    assert before.split("$")[-1][:6] not in as_editor.get(f"{person}change/").text


def test_staff_cannot_give_rights_to_their_own_group(as_editor, editor):
    group = Group.objects.create(name="Moderators")
    editor.groups.add(group)
    form = {"name": "Moderators", "permissions": [each.pk for each in Permission.objects.all()]}
    as_editor.post(f"/admin/auth/group/{group.pk}/change/", form)
    assert group.permissions.count() == 0


def test_staff_cannot_delete_anyones_authenticator(as_editor, staff, ana):
    for person in (staff, ana):
        authenticator = Authenticator.objects.create(user=person, type="totp", data={})
        as_editor.post(f"/admin/mfa/authenticator/{authenticator.pk}/delete/", {"post": "yes"})
        selected = {
            "action": "delete_selected",
            "_selected_action": [authenticator.pk],
            "post": "yes",
        }
        as_editor.post("/admin/mfa/authenticator/", selected)
    assert Authenticator.objects.count() == 2


def test_bulk_actions_skip_staff_accounts(as_editor, editor, staff, ana):
    sessions = [
        UserSession.objects.create(user=person, ip="192.0.2.7", session_key=f"key{person.pk}")
        for person in (ana, staff)
    ]
    selected = {"_selected_action": [each.pk for each in sessions], "post": "yes"}
    as_editor.post("/admin/usersessions/usersession/", {"action": "delete_selected", **selected})
    assert [each.user for each in UserSession.objects.exclude(user=editor)] == [staff]
    people = {"_selected_action": [ana.pk, editor.pk, staff.pk], "reason": "A good voice"}
    as_editor.post("/admin/accounts/user/", {"action": "grant_early_access", **people})
    assert [person.groups.count() for person in (ana, editor, staff)] == [1, 0, 0]
    assert hosting.eligibility(ana).early_access


def test_autocompletion_shows_only_members_to_staff(as_editor, as_staff, staff, ana):
    asked = {"app_label": "safety", "model_name": "report", "field_name": "subject"}
    for client, found in ((as_editor, []), (as_staff, [str(staff.pk)])):
        answer = client.get("/admin/autocomplete/", {**asked, "term": "stella"}).json()
        assert [each["id"] for each in answer["results"]] == found
    answer = as_editor.get("/admin/autocomplete/", {**asked, "term": "ana"}).json()
    assert [each["id"] for each in answer["results"]] == [str(ana.pk)]


def test_only_superusers_can_decide_about_staff(as_editor, editor, staff):
    for person in (editor, staff, make_user("solo", is_superuser=True)):
        case = open_case(person, by=make_user())
        page = f"/admin/safety/report/{case.pk}/change/"
        form = {"action": "clear_profile", "reason": "I am the staff"}
        assert as_editor.post(page, form).status_code == 403
        shown = as_editor.get(page).text
        assert ('name="action"' in shown, "so a superuser decides" in shown) == (False, True)
        for action in moderation_actions().values():
            if action.is_possible(case):
                with pytest.raises(Refusal):
                    decisions.decide(case, action=action, by=editor, reason="I am the staff")
    assert (StaffAct.objects.count(), Suspension.objects.count()) == (0, 0)


def test_a_superuser_without_the_staff_right_cannot_be_suspended_either(staff):
    solo = make_user("solo", is_superuser=True)
    case = open_case(solo, by=make_user())
    page = f"/admin/safety/report/{case.pk}/change/"
    signed_in(staff).post(page, {"action": "suspend", "length": "7", "reason": "x"})
    solo.refresh_from_db()
    assert solo.suspended_until is None or solo.suspended_until < timezone.now()
