"""Prepare the site for `bin/run` and Compose: migrate, collect static files, create the key for
push messages and, in a demo, the demo data.

One process does all of this, because starting Django takes most of the time.
"""

import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from config import bundles, disk, static_files
from notifications.push import vapid


def prepare() -> None:
    call_command("migrate", verbosity=0, interactive=False, skip_checks=False)
    if not settings.DEBUG:
        _collect_static()
    vapid.key()  # creates the key if it is missing
    if settings.DEMO:
        call_command("demo")


def _collect_static() -> None:
    """Hash and copy the static files, unless they are the same as last time."""
    stamp = Path(settings.STATIC_ROOT) / "sources.sha256"
    sources = _digest_of_sources()
    if stamp.exists() and stamp.read_text() == sources:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(sources)


def _digest_of_sources() -> str:
    """Return a digest of the static files and of the code that collects them."""
    found = [storage.path(name) for finder in get_finders() for name, storage in finder.list([])]
    digest = hashlib.sha256()
    for path in [static_files.__file__, bundles.__file__, *found]:
        digest.update(f"{path} {os.stat(path).st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    try:
        prepare()
    except Exception as error:
        if disk.is_full(error):
            disk.leave(settings.HOME)
        raise
