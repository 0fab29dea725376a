"""Migrations that moved models from accounts to notifications and safety lose nothing, neither
forwards nor backwards."""

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


def migrate_back():
    """Migrate back to the older version, with its content types and rights; return its models."""
    MigrationExecutor(connection).migrate([("notifications", None), ("safety", None)])
    return MigrationExecutor(connection).loader.project_state(BEFORE).apps


@pytest.fixture
def before(both_databases):
    """The models of the older version; the database has its schema."""
    yield migrate_back()
    migrate()


@pytest.fixture
def before_on_sqlite(transactional_db):
    """Like `before`, but only on SQLite: migrations are slow, so some tests use one database."""
    yield migrate_back()
    migrate()


def permission(apps, codename):
    return apps.get_model("auth", "Permission").objects.get(codename=codename)


def content_types():
    found = ContentType.objects.filter(model__in=[model for _, model in MOVED])
    return set(found.values_list("app_label", "model"))


def create_rows(apps):
    """Create a row in each table, and rights of the staff; return the keys of the report, the
    suspension and the entry of the log."""
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
    moderators.permissions.add(permission(apps, "view_report"), permission(apps, "change_report"))
    edda.groups.add(moderators)
    edda.user_permissions.add(permission(apps, "view_staffact"))
    of_reports = permission(apps, "view_report").content_type
    apps.get_model("admin", "LogEntry").objects.create(
        user=edda, content_type=of_reports, object_id=str(report.pk), action_flag=2
    )
    return report.pk, suspension.pk, act.pk


def test_rows_and_rights_are_moved_and_new_rows_get_higher_numbers(before):
    report_pk, suspension_pk, act_pk = create_rows(before)
    assert content_types() == {("accounts", model) for _, model in MOVED}
    migrate()

    [notification] = Notification.objects.all()
    assert (notification.user.handle, notification.actor.handle, notification.text) == (
        "ana",
        "ben",
        "ben follows you",
    )
    assert (notification.kind, notification.url, notification.at, notification.read_at) == (
        "follow",
        "/@ben/",
        DAY,
        None,
    )
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
    [log_entry] = edda.logentry_set.all()
    assert log_entry.get_edited_object() == report
    assert content_types() == MOVED

    ana, ben = User.objects.get(handle="ana"), User.objects.get(handle="ben")
    created = Report.objects.create(reporter=ana, subject=ben, about="person", reason="spam")
    act = StaffAct.objects.create(actor=ben, act="warn", report=created)
    assert (created.pk > report_pk, act.pk > act_pk) == (True, True)


def test_migrating_back_keeps_rows_and_rights(before_on_sqlite):
    report_pk, suspension_pk, act_pk = create_rows(before_on_sqlite)
    migrate()
    apps = migrate_back()
    assert content_types() == {("accounts", model) for _, model in MOVED}
    found = {
        model: apps.get_model("accounts", model).objects.get().pk
        for model in ("report", "suspension", "staffact")
    }
    assert found == {"report": report_pk, "suspension": suspension_pk, "staffact": act_pk}
    [moderators] = apps.get_model("auth", "Group").objects.filter(name="Moderators")
    rights = moderators.permissions.values_list("content_type__app_label", "codename")
    assert set(rights) == {("accounts", "view_report"), ("accounts", "change_report")}


def test_an_interrupted_migration_can_be_finished(before_on_sqlite):
    """Django creates content types and rights at the end of each run."""
    create_rows(before_on_sqlite)
    migrate("safety")
    created = Permission.objects.get(codename="view_suspension", content_type__app_label="safety")
    User.objects.get(handle="ben").user_permissions.add(created)
    migrate()
    assert content_types() == MOVED
    assert User.objects.get(handle="ben").get_all_permissions() == {"safety.view_suspension"}
    edda = User.objects.get(handle="edda")
    assert "safety.change_report" in edda.get_all_permissions()


def test_an_empty_database_gets_the_same_content_types(both_databases):
    assert content_types() == MOVED
