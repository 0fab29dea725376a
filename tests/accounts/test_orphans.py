"""Files that no row refers to are deleted after a day; all others are kept."""

import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.db import IntegrityError
from django.utils import timezone
from PIL import Image

from accounts import avatars, orphans
from accounts.maintenance import delete_orphans
from core.pictures import Picture
from safety import reporting
from safety.models import Report
from safety.tasks import FOLDERS as SAFETY_FOLDERS
from safety.tasks import delete_orphans as delete_safety_orphans
from tests.factories import make_user
from tests.safety.moderation import file_report
from timeline import posts, uploads
from timeline.models import Post
from timeline.tasks import FOLDERS as TIMELINE_FOLDERS
from timeline.tasks import delete_orphans as delete_timeline_orphans

FOLDERS = [*orphans.FOLDERS, *SAFETY_FOLDERS, *TIMELINE_FOLDERS]


def picture():
    return Picture.of(Image.new("RGB", (40, 40), "blue"), quality=80)


def files():
    """The files of all storages, as (storage, name)."""
    return {
        (folder.storage, name)
        for folder in FOLDERS
        for name in orphans._files(folder, storages[folder.storage])
    }


def make_old(found):
    two_days_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for storage, name in found:
        os.utime(storages[storage].path(name), (two_days_ago, two_days_ago))


@pytest.fixture(autouse=True)
def empty_storages(settings, tmp_path):
    """Give every storage an empty folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    configured = {**settings.STORAGES}
    for name in ("evidence", "exports", "uploads"):
        options = {**configured[name]["OPTIONS"], "location": tmp_path / name}
        configured[name] = {**configured[name], "OPTIONS": options}
    settings.STORAGES = configured


def test_files_without_a_row_are_deleted_and_others_are_kept(both_databases):
    ana, ben = make_user("ana"), make_user("ben")
    avatars.set_picture(ana, picture().file)
    pictured = posts.write(author=ana, text="Look", picture=picture())
    posts.write(author=ana, text="Soon", upload=ContentFile(b"raw", name="raw.png"))
    file_report(ben, post=str(pictured.pk))
    file_report(ben, person="ana")
    in_use = files()
    assert len(in_use) == 5
    for folder in FOLDERS:
        path = f"{folder.path}/lost.webp" if folder.path else "lost.webp"
        storages[folder.storage].save(path, ContentFile(b"lost"))
    make_old(files())
    default_storage.save("posts/young.webp", ContentFile(b"its row is being written"))
    delete_orphans()
    delete_safety_orphans()
    delete_timeline_orphans()
    assert files() == in_use | {("default", "posts/young.webp")}


def test_a_report_that_cannot_be_saved_leaves_no_copied_pictures(both_databases, monkeypatch):
    ana, ben = make_user("ana"), make_user("ben")
    avatars.set_picture(ana, picture().file)

    def refuse(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr(Report, "save", refuse)
    seen = reporting.find_person(ben, "ana")
    with pytest.raises(IntegrityError):
        file_report(ben, person="ana")
    with pytest.raises(Report.DoesNotExist):
        reporting.open_case(seen, by=ben)
    assert {storage for storage, _ in files()} == {"default"}


def test_opening_the_same_case_again_copies_nothing(both_databases):
    ana, staff = make_user("ana"), make_user("stella", is_staff=True)
    avatars.set_picture(ana, picture().file)
    seen = reporting.find_person(staff, "ana")
    case = reporting.open_case(seen, by=staff)
    before = files()
    assert (reporting.open_case(seen, by=staff), files()) == (case, before)


@pytest.mark.django_db
def test_the_upload_of_a_post_that_cannot_be_saved_is_deleted(ana, monkeypatch):
    """Its file was stored, but its row was not."""
    monkeypatch.setattr(Post, "save", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        posts.write(author=ana, text="Look", upload=ContentFile(b"raw", name="raw.png"))
    [(storage, name)] = files()
    assert storage == "uploads"
    make_old(files())
    assert orphans.delete(TIMELINE_FOLDERS) == 1
    assert uploads._storage().exists(name) is False
