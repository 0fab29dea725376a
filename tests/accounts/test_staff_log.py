"""The log of what the staff did, which nobody edits."""

import pytest
from django.db import transaction
from django.urls import reverse

from accounts import staff_log
from accounts.models import NeverChanged, StaffAct

pytestmark = pytest.mark.django_db


def test_nobody_edits_the_log_not_even_a_superuser(as_staff, staff, ana):
    line = staff_log.note(staff, act="warn", subject=ana, reason="Rude")
    name = "admin:accounts_staffact"
    assert "Rude" in as_staff.get(reverse(f"{name}_changelist")).text
    assert as_staff.get(reverse(f"{name}_change", args=[line.pk])).status_code == 200
    for address in ("change", "delete"):
        url = reverse(f"{name}_{address}", args=[line.pk])
        assert as_staff.post(url, {"reason": "x", "post": "yes"}).status_code == 403
    assert as_staff.get(reverse(f"{name}_add")).status_code == 403
    as_staff.post(
        reverse(f"{name}_changelist"), {"action": "delete_selected", "_selected_action": [line.pk]}
    )
    assert StaffAct.objects.get().reason == "Rude"


def test_nobody_edits_the_log_in_code_either(staff):
    line = staff_log.note(staff, act="warn")
    for change in (
        line.save,
        line.delete,
        StaffAct.objects.all().delete,
        lambda: StaffAct.objects.update(reason="x"),
    ):
        with pytest.raises(NeverChanged), transaction.atomic():
            change()


def test_every_other_act_of_the_staff_is_in_the_log(as_staff, staff, ana, space):
    people = {"action": "grant_early_access", "_selected_action": [ana.pk]}
    as_staff.post("/admin/accounts/user/", people)
    spaces = {"action": "end_for_everyone", "_selected_action": [space.pk]}
    as_staff.post("/admin/spaces/space/", spaces)
    lines = [(line.act, line.actor, line.subject) for line in StaffAct.objects.all()]
    assert lines == [("end_space", staff, space.host), ("grant_early_access", staff, ana)]
