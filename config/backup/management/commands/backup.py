"""`manage.py backup`: save the database and the files in one archive, while the site runs."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from config.backup.errors import BackupError
from config.backup.saving import save
from config.backup.site import configured


class Command(BaseCommand):
    help = "Back up the database and all stored files into one archive. The site may be running."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to",
            type=Path,
            default=configured().backups,
            help="a new file, or a folder, where the file is named after the time (%(default)s)",
        )
        parser.add_argument(
            "--keep",
            type=_count,
            help="afterwards delete all but the newest KEEP backups in the folder",
        )

    def handle(self, *args: Any, to: Path, keep: int | None, **options: Any) -> None:
        try:
            saved = save(configured(), to=to, keep=keep)
        except BackupError as error:
            raise CommandError(str(error)) from error
        size = filesizeformat(saved.size)
        self.stdout.write(f"{saved.path}: the database and {saved.files} files, {size}.")
        for path in saved.deleted:
            self.stdout.write(f"Deleted {path}.")
        for path in saved.left_out:
            self.stderr.write(f"Left out {path}: neither a file nor a folder.")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("must be at least 1")
    return int(text)
