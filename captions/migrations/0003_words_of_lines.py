from django.db import migrations, models

from spaces.directory.search import words_of

AT_ONCE = 500


def fill(apps, schema_editor):
    Line = apps.get_model("captions", "Line")
    lines = Line.objects.order_by("pk")
    last = 0
    while batch := list(lines.filter(pk__gt=last)[:AT_ONCE]):
        for line in batch:
            line.words = " ".join(words_of(line.text))
        Line.objects.bulk_update(batch, ["words"])
        last = batch[-1].pk


def drop_index(apps, schema_editor):
    """Drop what captions/search_index.py has created: SQLite can't drop a column while triggers
    name it."""
    if schema_editor.connection.vendor == "sqlite":
        for trigger in ("inserted", "deleted", "changed"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS captions_line_{trigger}")
        schema_editor.execute("DROP TABLE IF EXISTS captions_line_words")


class Migration(migrations.Migration):

    dependencies = [
        ('captions', '0002_transcripts'),
    ]

    operations = [
        migrations.AddField(
            model_name='line',
            name='words',
            field=models.TextField(default='', editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(migrations.RunPython.noop, drop_index),
    ]
