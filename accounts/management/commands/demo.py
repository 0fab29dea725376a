from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Create the demo people and other apps' demo data. Safe to run at every start."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("Demo people have a known password, so this command needs DEMO=1.")
        for step in settings.DEMO_STEPS:
            import_string(step)()
