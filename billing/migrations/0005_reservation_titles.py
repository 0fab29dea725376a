from django.db import migrations, models


def copy_titles(apps, schema_editor):
    spaces = apps.get_model('spaces', 'Space').objects.filter(
        offer__reservations=models.OuterRef('pk')
    )
    reservations = apps.get_model('billing', 'Reservation').objects
    reservations.update(title=models.Subquery(spaces.values('title')[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0004_accounts_that_exist'),
    ]

    operations = [
        migrations.AddField(
            model_name='reservation',
            name='title',
            field=models.CharField(default='', max_length=70),
            preserve_default=False,
        ),
        migrations.RunPython(copy_titles, migrations.RunPython.noop),
    ]
