from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0008_refused_transfers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='refund',
            name='why',
            field=models.CharField(choices=[('cancelled', 'The Space was cancelled'), ('fault', 'The Space ended by a fault'), ('late', 'It was paid after the seats were sold to others, or after the Space'), ('buyer', 'The buyer asked'), ('host', 'The host refunded it'), ('staff', 'The staff refunded it')], max_length=10),
        ),
    ]
