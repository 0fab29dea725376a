from django.db import migrations, models


def count_failures(apps, schema_editor):
    apps.get_model("billing", "Transfer").objects.filter(state="failed").update(failures=1)


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0007_account_refusals'),
    ]

    operations = [
        migrations.AddField(
            model_name='transfer',
            name='failures',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(count_failures, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name='difference',
            name='kind',
            field=models.CharField(choices=[('unfulfilled', 'Paid at Stripe, but not here'), ('held_too_long', 'Held here, but over at Stripe'), ('unknown_session', "Held here, but Stripe doesn't know its session"), ('unknown_payment', 'A payment at Stripe that belongs to no reservation'), ('wrong_amount', 'A payment with another amount than its reservation'), ('refund', 'A refund at Stripe that is not recorded here'), ('failed_refund', 'A refund that Stripe or the bank refused'), ('dispute', 'A dispute at Stripe that is not recorded here'), ('failed_transfer', 'A transfer to a host that Stripe refused'), ('transfer', 'A transfer at Stripe that is not recorded here')], max_length=20),
        ),
        migrations.AlterField(
            model_name='transfer',
            name='state',
            field=models.CharField(choices=[('due', 'Due'), ('sent', 'Sent'), ('waiting', 'Waiting for the payments'), ('failed', 'Failed')], default='due', max_length=10),
        ),
    ]
