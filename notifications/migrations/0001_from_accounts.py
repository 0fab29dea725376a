"""Take over notifications from `accounts`. The table keeps its name and its content: this migration
changes only what Django knows. accounts.0009 removes the model from `accounts`."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_closed_by_staff")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Notification',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=20)),
                        ('text', models.CharField(max_length=600)),
                        ('url', models.CharField(blank=True, max_length=200)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('read_at', models.DateTimeField(blank=True, null=True)),
                        ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'notification',
                        'db_table': 'accounts_notification',
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['user', '-id'], name='notifications_newest'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='notifications_unread')],
                    },
                ),
            ],
        ),
    ]
