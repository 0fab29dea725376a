"""`manage.py restore FILE`: restore a backup, while the site is stopped."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup.errors import BackupError
from config.backup.restoring import restore
from config.backup.site import configured


class Command(BaseCommand):
    help = "Restore a backup into an empty site. With --replace, replace all data of the site."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="an archive that `manage.py backup` wrote")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="delete the current database and files of this site",
        )

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        try:
            restored = restore(configured(), file, replace=replace)
        except BackupError as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        manifest = restored.manifest
        self.stdout.write(
            f"Restored the database and {restored.files} files as of {manifest.made_at} "
            f"(Spaces {manifest.version})."
        )
        if restored.missing_migrations:
            count = len(restored.missing_migrations)
            self.stdout.write(f"This code has {count} newer migrations: run manage.py migrate.")
        self.stdout.write("Everyone has to sign in again: sessions are not restored.")
        self.stdout.write("Now start Spaces.")
