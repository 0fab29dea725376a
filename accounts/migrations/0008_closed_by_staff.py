from django.db import migrations, models
from django.utils import timezone


def mark_closed(apps, schema_editor):
    """Mark every closed account without a deletion date: only staff can have closed it."""
    closed = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    closed = closed.filter(is_active=False, deletes_at=None, deleted_at=None)
    closed.update(closed_by_staff_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_personal_data")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="closed_by_staff_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="closed by staff"
            ),
        ),
        migrations.RunPython(mark_closed, migrations.RunPython.noop, elidable=True),
    ]
