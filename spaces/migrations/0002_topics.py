"""Create the first topics. From then on, staff maintain the list in the admin."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TOPICS = {
    "art": "Art",
    "books": "Books",
    "business": "Business",
    "cities": "Cities",
    "comedy": "Comedy",
    "film": "Film & TV",
    "food": "Food",
    "games": "Games",
    "health": "Health",
    "history": "History",
    "languages": "Languages",
    "music": "Music",
    "nature": "Nature",
    "news": "News",
    "science": "Science",
    "sports": "Sports",
    "technology": "Technology",
    "travel": "Travel",
}


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    topic = apps.get_model("spaces", "Topic")
    for slug, name in TOPICS.items():
        topic.objects.get_or_create(slug=slug, defaults={"name": name})


class Migration(migrations.Migration):
    dependencies = [("spaces", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
