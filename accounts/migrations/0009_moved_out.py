"""Move notifications, reports, suspensions and the staff log to apps of their own.

No table changes; see the first migrations of these apps. The permissions of staff and the admin's
log entries about these rows refer to content types, so the content types are kept, and only get
another app.
"""

from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MOVED = {
    "notification": "notifications",
    "report": "safety",
    "staffact": "safety",
    "suspension": "safety",
}


def move_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for model, app in MOVED.items():
        _move(apps, schema_editor.connection.alias, model, old="accounts", new=app)
    ContentType.objects.clear_cache()


def move_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for model, app in MOVED.items():
        _move(apps, schema_editor.connection.alias, model, old=app, new="accounts")
    ContentType.objects.clear_cache()


def _move(apps: Apps, alias: str, model: str, *, old: str, new: str) -> None:
    types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    moved = types.filter(app_label=old, model=model).first()
    if moved is None:  # an empty database: Django makes the new one after the migrations
        return
    made_before = types.filter(app_label=new, model=model).first()
    if made_before is not None:  # by a run that stopped between these migrations
        _hand_over_rights(apps, alias, giver=made_before, taker=moved)
        made_before.delete()
    types.filter(pk=moved.pk).update(app_label=new)


def _hand_over_rights(apps: Apps, alias: str, *, giver, taker) -> None:
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    for right in permissions.filter(content_type=giver):
        same = permissions.filter(content_type=taker, codename=right.codename).first()
        if same is None:
            permissions.filter(pk=right.pk).update(content_type=taker)
        else:
            same.group_set.add(*right.group_set.all())
            same.user_set.add(*right.user_set.all())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_closed_by_staff"),
        ("notifications", "0001_from_accounts"),
        ("safety", "0001_from_accounts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel("StaffAct"),
                migrations.DeleteModel("Report"),
                migrations.DeleteModel("Suspension"),
                migrations.DeleteModel("Notification"),
            ],
        ),
        migrations.RunPython(move_out, move_back),
    ]
