"""The staff look at scheduled Spaces and cancel them, with a reason."""

import pytest
from django.urls import reverse

from notifications.models import Notification
from safety import reporting
from safety.models import Report, StaffAct
from scheduling.models import CancelledAs, Schedule
from spaces.models import Space, State
from tests.factories import make_user, signed_in
from tests.safety.moderation import grant_permissions

LIST = reverse("admin:scheduling_schedule_changelist")


def cancel(client, schedule, reason):
    action = {"action": "cancel", "_selected_action": [schedule.pk], "reason": reason}
    return client.post(LIST, action, follow=True)


@pytest.fixture
def planned_row(planned):
    return Schedule.objects.get()


def test_the_list_shows_scheduled_spaces_and_can_be_filtered(as_staff, planned_row):
    page = as_staff.get(f"{LIST}?space__state__exact=scheduled").text
    assert ("Rain" in page, "@hana" in page) == (True, True)
    assert "@hana" not in as_staff.get(f"{LIST}?space__state__exact=cancelled").text


def test_staff_cancel_with_a_reason_that_is_sent_to_the_host_and_logged(
    as_staff, staff, planned_row
):
    assert "1 Space cancelled." in cancel(as_staff, planned_row, "It is a scam").text
    planned_row.refresh_from_db()
    assert (planned_row.space.state, planned_row.cancelled_as) == (
        State.CANCELLED,
        CancelledAs.STAFF,
    )
    noted = StaffAct.objects.get()
    assert (noted.actor, noted.act, noted.reason) == (staff, "cancel_space", "It is a scam")
    assert noted.subject == planned_row.space.host
    announced = Notification.objects.get(user=planned_row.space.host)
    assert announced.text == "The staff cancelled “Rain”: It is a scam"


def test_a_cancellation_needs_a_reason(as_staff, planned_row):
    assert "Enter a reason next to the action." in cancel(as_staff, planned_row, " ").text
    assert Space.objects.get().state == State.SCHEDULED
    assert not StaffAct.objects.exists()


def test_a_space_that_is_already_cancelled_is_not_changed(as_staff, planned_row):
    cancel(as_staff, planned_row, "It is a scam")
    assert "0 Spaces cancelled." in cancel(as_staff, planned_row, "Again").text
    assert StaffAct.objects.count() == 1


def test_the_permission_to_view_does_not_allow_cancelling(planned_row):
    reader = signed_in(grant_permissions(make_user("rita", is_staff=True), "view_schedule"))
    cancel(reader, planned_row, "Because")
    assert Space.objects.get().state == State.SCHEDULED


def test_a_decision_can_cancel_a_reported_space(as_staff, planned, ana):
    found = reporting.find(ana, {"space": planned.public_id})
    assert found.evidence["facts"]["Planned for"].endswith("UTC")
    report = reporting.report(
        reporter=ana,
        subject=found.subject,
        about=found.about,
        ref=found.ref,
        reason="spam",
        evidence={**found.evidence, "address": found.back},
    )
    page = reverse("admin:safety_report_change", args=[report.pk])
    assert "Cancel this scheduled Space" in as_staff.get(page).text
    as_staff.post(page, {"action": "cancel_space", "reason": "It is a scam"})
    assert Space.objects.get().state == State.CANCELLED
    assert Report.objects.get().outcome == "ended"
