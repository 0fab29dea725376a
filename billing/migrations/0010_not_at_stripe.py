from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0009_late_payments'),
    ]

    operations = [
        migrations.AlterField(
            model_name='difference',
            name='kind',
            field=models.CharField(choices=[('unfulfilled', 'Paid at Stripe, but not here'), ('held_too_long', 'Held here, but over at Stripe'), ('unknown_session', "Held here, but Stripe doesn't know its session"), ('unknown_payment', 'A payment at Stripe that belongs to no reservation'), ('wrong_amount', 'A payment with another amount than its reservation'), ('refund', 'A refund at Stripe that is not recorded here'), ('failed_refund', 'A refund that Stripe or the bank refused'), ('dispute', 'A dispute at Stripe that is not recorded here'), ('failed_transfer', 'A transfer to a host that Stripe refused'), ('not_at_stripe', 'Recorded here, but not at Stripe'), ('transfer', 'A transfer at Stripe that is not recorded here')], max_length=20),
        ),
    ]
