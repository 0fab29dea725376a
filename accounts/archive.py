"""Build the archive of a person's data: a ZIP file with one JSON file per table, and pictures.

Archives are kept in a separate storage without public URLs. The download page checks that the
archive belongs to the person who requests it.
"""

import json
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from errno import ENOSPC
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import IO

import structlog
from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Export, User
from accounts.personal_data import StoredFile, Table
from accounts.signals import export_completed
from accounts.tasks import send_email_on_commit
from core import shared_clock

log = structlog.get_logger(__name__)

# If an export has not started after this time, assume that its task was lost from the queue.
LOST_AFTER = timedelta(minutes=15)
# If an export has not finished this long after its start, assume that its worker died.
GIVEN_UP_AFTER = timedelta(hours=1)
MAX_ATTEMPTS = 2
README = """Your data at {site}, as of {made_at} (UTC).

Each .json file is a list of objects. Times are in UTC (ISO 8601). Pictures are in pictures/.
Of what other people wrote, the archive contains only what was sent to you or is about you: the
texts of your notifications, the reasons of suspensions, the titles of Spaces in which you were on
the stage, and captions of what you said.
"""


def build(pk: int) -> None:
    """Build the archive of a waiting export. Do nothing if it is no longer waiting, or if another
    worker has claimed it."""
    found = _claim(pk)
    if found is None:
        return
    try:
        _require_disk_space()
        name, size = _write(found.user)
    except Exception:
        log.exception("export_failed", pk=pk)
        _finish(pk, state=Export.State.FAILED)
        return
    if not _finish(pk, state=Export.State.READY, file=name, size=size):
        # Meanwhile, the account was deleted, another worker finished the export, or the export was
        # marked as failed.
        storages["exports"].delete(name)
        return
    for older in Export.objects.filter(user=found.user).exclude(pk=pk):
        older.delete()  # people can download only the newest export
    export_completed.send(Export, export=found)
    send_email_on_commit("export_ready", pk)


def find_to_restart() -> list[int]:
    """Return the keys of exports to restart because their task was lost or their worker died.

    If the worker died twice, mark the export as failed, since the export itself may be what kills
    the worker.
    """
    now = shared_clock.now()
    waiting = Export.objects.filter(state=Export.State.WAITING)
    abandoned = waiting.filter(started_at__lt=now - GIVEN_UP_AFTER)
    abandoned.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=Export.State.FAILED, finished_at=timezone.now()
    )
    never_started = waiting.filter(started_at=None, requested_at__lt=now - LOST_AFTER)
    return list((never_started | abandoned).values_list("pk", flat=True))


@cache
def sources() -> tuple[ModuleType, ...]:
    """Return each app's module of personal data (settings.PERSONAL_DATA)."""
    return tuple(import_module(path) for path in settings.PERSONAL_DATA)


def _claim(pk: int) -> Export | None:
    """Claim a waiting export for this worker. Return None if it is no longer waiting, or if another
    worker has claimed it."""
    now = shared_clock.now()
    free = Q(started_at=None) | Q(started_at__lt=now - GIVEN_UP_AFTER)
    waiting = Export.objects.filter(free, pk=pk, state=Export.State.WAITING)
    if not waiting.update(started_at=now, attempts=F("attempts") + 1):
        return None
    return Export.objects.select_related("user").get(pk=pk)


def _require_disk_space() -> None:
    free = shutil.disk_usage(settings.HOME).free // 1_000_000
    if free < settings.DISK_MIN_FREE:
        raise OSError(ENOSPC, f"only {free} MB are free")


def _finish(pk: int, **fields: object) -> bool:
    """Save the result of a waiting export; return False if the export is no longer waiting."""
    waiting = Export.objects.filter(pk=pk, state=Export.State.WAITING)
    return bool(waiting.update(finished_at=timezone.now(), **fields))


def _write(user: User) -> tuple[str, int]:
    """Write the archive to the storage; return the name and size in bytes of its file."""
    with tempfile.TemporaryFile(dir=settings.HOME) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            _fill(archive, user)
        size = file.tell()
        file.seek(0)
        name = storages["exports"].save(f"{secrets.token_urlsafe(16)}.zip", File(file))
    return name, size


def _fill(archive: zipfile.ZipFile, user: User) -> None:
    made_at = timezone.now().strftime("%d %B %Y, %H:%M")
    archive.writestr("README.txt", README.format(site=settings.BASE_URL, made_at=made_at))
    for source in sources():
        for part in source.export(user):
            match part:
                case Table():
                    with archive.open(f"{part.name}.json", "w") as target:
                        _write_rows(target, part)
                case StoredFile():
                    _copy(archive, part)


def _write_rows(target: IO[bytes], table: Table) -> None:
    """Write row by row, so that a long chat history is never in memory as a whole."""
    target.write(b"[")
    for line in _lines(table):
        target.write(line.encode())
    target.write(b"\n]\n")


def _lines(table: Table) -> Iterator[str]:
    separator = "\n"
    for row in table.rows:
        yield separator + json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
        separator = ",\n"


def _copy(archive: zipfile.ZipFile, part: StoredFile) -> None:
    if not part.storage.exists(part.stored_as):  # deleted after its row was read
        return
    with part.storage.open(part.stored_as) as source, archive.open(part.name, "w") as target:
        shutil.copyfileobj(source, target)
