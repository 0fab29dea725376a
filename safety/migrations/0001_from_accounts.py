"""Take over reports, suspensions and the staff log from `accounts`. The tables keep their names and
their content: this migration changes only what Django knows. accounts.0009 removes the models from
`accounts`."""

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
                    name='Report',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('about', models.CharField(choices=[('person', 'Person'), ('space', 'Space'), ('post', 'Post'), ('appeal', 'Appeal')], max_length=10, verbose_name='about')),
                        ('ref', models.CharField(blank=True, max_length=40)),
                        ('reason', models.CharField(blank=True, choices=[('self_harm', 'Self-harm or suicide'), ('violence', 'Violence or threats'), ('sexual', 'Sexual content'), ('child_safety', 'Child safety'), ('private', 'Private information'), ('abuse', 'Abusive behaviour'), ('spam', 'Spam')], max_length=20, verbose_name='reason')),
                        ('text', models.CharField(blank=True, max_length=1000, verbose_name='in their words')),
                        ('evidence', models.JSONField(blank=True, default=dict)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='reported')),
                        ('outcome', models.CharField(choices=[('open', 'Waiting'), ('dismissed', 'Dismissed'), ('warned', 'Warned'), ('removed', 'Content removed'), ('ended', 'Space ended'), ('suspended', 'Suspended'), ('lifted', 'Suspension lifted')], default='open', max_length=10, verbose_name='outcome')),
                        ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL)),
                        ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports_about', to=settings.AUTH_USER_MODEL, verbose_name='about whom')),
                    ],
                    options={
                        'verbose_name': 'report',
                        'db_table': 'accounts_report',
                        'ordering': ['-id'],
                    },
                ),
                migrations.CreateModel(
                    name='StaffAct',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('act', models.CharField(max_length=30, verbose_name='act')),
                        ('what', models.CharField(blank=True, max_length=200, verbose_name='what')),
                        ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff_acts', to=settings.AUTH_USER_MODEL)),
                        ('report', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='safety.report')),
                        ('subject', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'staff log entry',
                        'verbose_name_plural': 'staff log',
                        'db_table': 'accounts_staffact',
                        'ordering': ['-id'],
                        'base_manager_name': 'objects',
                    },
                ),
                migrations.CreateModel(
                    name='Suspension',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                        ('reason', models.CharField(max_length=500, verbose_name='reason')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('lifted_at', models.DateTimeField(blank=True, null=True)),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suspensions', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'suspension',
                        'db_table': 'accounts_suspension',
                        'ordering': ['-id'],
                    },
                ),
                migrations.AddIndex(
                    model_name='report',
                    index=models.Index(fields=['outcome', '-id'], name='accounts_re_outcome_60a15e_idx'),
                ),
                migrations.AddIndex(
                    model_name='report',
                    index=models.Index(fields=['subject', '-id'], name='accounts_re_subject_d98499_idx'),
                ),
                migrations.AddConstraint(
                    model_name='report',
                    constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'open')), fields=('reporter', 'about', 'ref'), name='one_open_report_a_thing'),
                ),
                migrations.AddConstraint(
                    model_name='report',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('outcome', 'open')), models.Q(models.Q(('outcome', 'open'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='report_closed_with_an_outcome'),
                ),
                migrations.AddIndex(
                    model_name='suspension',
                    index=models.Index(fields=['at'], name='accounts_su_at_396670_idx'),
                ),
                migrations.AddConstraint(
                    model_name='suspension',
                    constraint=models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('user',), name='one_suspension_at_a_time'),
                ),
            ],
        ),
    ]
