from django.db import migrations, models


def delete_accounts_that_stripe_did_not_open(apps, schema_editor):
    """The hosts of these accounts have to choose a country again."""
    apps.get_model("billing", "HostAccount").objects.filter(stripe_id=None).delete()


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_unknown_sessions")]

    operations = [
        migrations.RunPython(
            delete_accounts_that_stripe_did_not_open, migrations.RunPython.noop, elidable=True
        ),
        migrations.AlterField(
            model_name="hostaccount",
            name="stripe_id",
            field=models.CharField(max_length=64, unique=True),
        ),
    ]
