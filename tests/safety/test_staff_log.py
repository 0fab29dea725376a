"""The log of what the staff did, which nobody can edit."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse

from safety import staff_log
from safety.models import AppendOnlyError, StaffAct
from tests.safety.moderation import file_report

pytestmark = pytest.mark.django_db


def test_even_superusers_cannot_edit_the_log(as_staff, staff, ana):
    entry = staff_log.note(staff, act="warn", subject=ana, reason="Rude")
    name = "admin:safety_staffact"
    assert "Rude" in as_staff.get(reverse(f"{name}_changelist")).text
    assert as_staff.get(reverse(f"{name}_change", args=[entry.pk])).status_code == 200
    for address in ("change", "delete"):
        url = reverse(f"{name}_{address}", args=[entry.pk])
        assert as_staff.post(url, {"reason": "x", "post": "yes"}).status_code == 403
    assert as_staff.get(reverse(f"{name}_add")).status_code == 403
    as_staff.post(
        reverse(f"{name}_changelist"), {"action": "delete_selected", "_selected_action": [entry.pk]}
    )
    assert StaffAct.objects.get().reason == "Rude"


def test_code_cannot_edit_the_log_either(staff):
    entry = staff_log.note(staff, act="warn")
    for change in (
        entry.save,
        entry.delete,
        StaffAct.objects.all().delete,
        lambda: StaffAct.objects.update(reason="x"),
        lambda: StaffAct._base_manager.update(reason="x"),
        StaffAct._base_manager.all().delete,
        lambda: StaffAct.objects.bulk_update([with_new_reason(entry)], ["reason"]),
        lambda: StaffAct.objects.bulk_create([with_new_reason(entry)], ignore_conflicts=True),
        lambda: StaffAct.objects.bulk_create([StaffAct(actor=staff)], update_conflicts=True),
        lambda: StaffAct.objects.update_or_create(act="warn", defaults={"reason": "x"}),
        lambda: staff.staff_acts.update(reason="x"),
        staff.staff_acts.all().delete,
    ):
        with pytest.raises(AppendOnlyError), transaction.atomic():
            change()


def with_new_reason(entry):
    entry.reason = "x"
    return entry


def test_nothing_that_the_log_refers_to_can_be_deleted(staff, ana, ben):
    report = file_report(ben, person="ana")
    staff_log.note(staff, act="warn", subject=ana, report=report)
    for named in (staff, ana, report):
        with pytest.raises(ProtectedError), transaction.atomic():
            named.delete()
    assert StaffAct.objects.count() == 1


def test_changes_by_staff_in_admin_forms_are_logged(as_staff, staff, ana):
    step = Authenticator.objects.create(user=ana, type="totp", data={})
    form = {"handle": "ana", "name": "Anna", "email": ana.email, "bio": ana.bio, "is_active": "on"}
    as_staff.post(f"/admin/accounts/user/{ana.pk}/change/", form)
    as_staff.post(f"/admin/mfa/authenticator/{step.pk}/delete/", {"post": "yes"})
    entries = [(entry.act, entry.actor, entry.subject) for entry in StaffAct.objects.all()]
    assert entries == [("delete_authenticator", staff, ana), ("change_user", staff, ana)]
    assert StaffAct.objects.last().what == "ana: Changed Name."


def test_actions_and_decisions_by_staff_are_logged(as_staff, staff, ana, space):
    people = {"action": "grant_early_access", "_selected_action": [ana.pk], "reason": "Asked for"}
    as_staff.post("/admin/accounts/user/", people)
    spaces = {"action": "open_case", "_selected_action": [space.pk]}
    case = as_staff.post("/admin/spaces/space/", spaces).url
    as_staff.post(case, {"action": "end_space", "reason": "Threats"})
    entries = [
        (entry.act, entry.actor, entry.subject, entry.reason) for entry in StaffAct.objects.all()
    ]
    assert entries == [
        ("end_space", staff, space.host, "Threats"),
        ("grant_early_access", staff, ana, "Asked for"),
    ]
