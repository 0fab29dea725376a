from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Set up the demo: its people, and what other apps add. Safe to run at every start."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("The demo's people have a known password. It needs DEMO=1.")
        for scene in settings.DEMO_SCENES:
            import_string(scene)()
