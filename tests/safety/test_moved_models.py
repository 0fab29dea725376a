"""Notifications and what keeps people safe left the app accounts: nothing of it is lost on the way,
nor on the way back."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from notifications.models import Notification
from safety.models import Report, StaffAct, Suspension

pytestmark = pytest.mark.integration

BEFORE = [
    ("accounts", "0008_closed_by_staff"),
    ("admin", "0003_logentry_add_action_flag_choices"),
    ("auth", "0012_alter_user_first_name_max_length"),
    ("contenttypes", "0002_remove_content_type_name"),
]
MOVED = {
    ("notifications", "notification"),
    ("safety", "report"),
    ("safety", "staffact"),
    ("safety", "suspension"),
}
DAY = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)


def migrate(*target):
    call_command("migrate", *target, verbosity=0)


def go_back():
    """To the database of an older version: with its own content types and rights."""
    MigrationExecutor(connection).migrate([("notifications", None), ("safety", None)])
    return MigrationExecutor(connection).loader.project_state(BEFORE).apps


@pytest.fixture
def before(both_databases):
    """The models of the version before, whose database this is."""
    yield go_back()
    migrate()


def right(apps, codename):
    return apps.get_model("auth", "Permission").objects.get(codename=codename)


def types():
    found = ContentType.objects.filter(model__in=[model for _, model in MOVED])
    return set(found.values_list("app_label", "model"))


def fill(apps):
    """A row in each table, and rights of the staff."""
    users = apps.get_model("accounts", "User").objects
    ana, ben = (users.create(handle=name, name=name) for name in ("ana", "ben"))
    edda = users.create(handle="edda", name="Edda", is_staff=True)
    apps.get_model("accounts", "Notification").objects.create(
        user=ana, kind="follow", actor=ben, text="ben follows you", url="/@ben/", at=DAY
    )
    report = apps.get_model("accounts", "Report").objects.create(
        reporter=ben,
        subject=ana,
        about="person",
        ref=f"u{ana.pk}",
        reason="abuse",
        text="Rude",
        evidence={"facts": {"Bio": "Trams"}},
        at=DAY,
        outcome="suspended",
        closed_at=DAY,
        closed_by=edda,
    )
    suspension = apps.get_model("accounts", "Suspension").objects.create(
        user=ana, reason="Rude", by=edda, at=DAY
    )
    act = apps.get_model("accounts", "StaffAct").objects.create(
        actor=edda, act="suspend", subject=ana, report=report, reason="Rude", at=DAY
    )
    moderators = apps.get_model("auth", "Group").objects.create(name="Moderators")
    moderators.permissions.add(right(apps, "view_report"), right(apps, "change_report"))
    edda.groups.add(moderators)
    edda.user_permissions.add(right(apps, "view_staffact"))
    of_reports = right(apps, "view_report").content_type
    apps.get_model("admin", "LogEntry").objects.create(
        user=edda, content_type=of_reports, object_id=str(report.pk), action_flag=2
    )
    return report.pk, suspension.pk, act.pk


def test_rows_and_rights_come_along(before):
    report_pk, suspension_pk, act_pk = fill(before)
    assert types() == {("accounts", model) for _, model in MOVED}
    migrate()

    [told] = Notification.objects.all()
    assert (told.user.handle, told.actor.handle, told.text) == ("ana", "ben", "ben follows you")
    assert (told.kind, told.url, told.at, told.read_at) == ("follow", "/@ben/", DAY, None)
    [report] = Report.objects.all()
    assert (report.pk, report.reporter.handle, report.subject.handle) == (report_pk, "ben", "ana")
    assert (report.about, report.ref, report.reason) == ("person", report.subject.key, "abuse")
    assert (report.evidence, report.outcome) == ({"facts": {"Bio": "Trams"}}, "suspended")
    assert (report.closed_at, report.closed_by.handle, report.text) == (DAY, "edda", "Rude")
    [suspension] = Suspension.objects.current()
    assert (suspension.pk, suspension.user.handle, suspension.by.handle) == (
        suspension_pk,
        "ana",
        "edda",
    )
    [act] = StaffAct.objects.all()
    assert (act.pk, act.report, act.actor.handle, act.at) == (act_pk, report, "edda", DAY)

    edda = User.objects.get(handle="edda")
    assert edda.get_all_permissions() == {
        "safety.view_report",
        "safety.change_report",
        "safety.view_staffact",
    }
    [remembered] = edda.logentry_set.all()
    assert remembered.get_edited_object() == report
    assert types() == MOVED


def test_new_rows_follow_on_the_old_ones(before):
    report_pk, _, act_pk = fill(before)
    migrate()
    ana, ben = User.objects.get(handle="ana"), User.objects.get(handle="ben")
    made = Report.objects.create(reporter=ana, subject=ben, about="person", reason="spam")
    act = StaffAct.objects.create(actor=ben, act="warn", report=made)
    assert (made.pk > report_pk, act.pk > act_pk) == (True, True)


def test_the_way_back_keeps_rows_and_rights(before):
    report_pk, suspension_pk, act_pk = fill(before)
    migrate()
    apps = go_back()
    assert types() == {("accounts", model) for _, model in MOVED}
    found = {
        model: apps.get_model("accounts", model).objects.get().pk
        for model in ("report", "suspension", "staffact")
    }
    assert found == {"report": report_pk, "suspension": suspension_pk, "staffact": act_pk}
    [moderators] = apps.get_model("auth", "Group").objects.filter(name="Moderators")
    rights = moderators.permissions.values_list("content_type__app_label", "codename")
    assert set(rights) == {("accounts", "view_report"), ("accounts", "change_report")}


def test_a_run_that_stopped_in_between_is_finished(before):
    """Django makes content types and rights of its own at the end of each run."""
    fill(before)
    migrate("safety")
    made = Permission.objects.get(codename="view_suspension", content_type__app_label="safety")
    User.objects.get(handle="ben").user_permissions.add(made)
    migrate()
    assert types() == MOVED
    assert User.objects.get(handle="ben").get_all_permissions() == {"safety.view_suspension"}
    edda = User.objects.get(handle="edda")
    assert "safety.change_report" in edda.get_all_permissions()


def test_an_empty_database_ends_with_the_same_content_types(both_databases):
    assert types() == MOVED
