"""Files that no row names are deleted after a day, on both databases; all others stay."""

import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.db import IntegrityError
from django.utils import timezone
from PIL import Image

from accounts import avatars, orphans
from accounts.upkeep import forget_orphans
from core.pictures import Picture
from safety import reporting
from safety.models import Report
from safety.tasks import FOLDERS as OF_SAFETY
from safety.tasks import forget_orphans as forget_orphans_of_safety
from tests.factories import make_user
from tests.safety.desk import reported
from timeline import posts, uploads
from timeline.models import Post
from timeline.tasks import FOLDERS as OF_THE_TIMELINE
from timeline.tasks import forget_orphans as forget_orphans_of_the_timeline

FOLDERS = [*orphans.FOLDERS, *OF_SAFETY, *OF_THE_TIMELINE]


def picture():
    return Picture.of(Image.new("RGB", (40, 40), "blue"), quality=80)


def files():
    """Of all storages: (storage, name)."""
    return {
        (folder.storage, name)
        for folder in FOLDERS
        for name in orphans._files(folder, storages[folder.storage])
    }


def age(found):
    two_days_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for storage, name in found:
        os.utime(storages[storage].path(name), (two_days_ago, two_days_ago))


@pytest.fixture(autouse=True)
def homes(settings, tmp_path):
    """Every storage begins empty."""
    settings.MEDIA_ROOT = tmp_path / "media"
    configured = {**settings.STORAGES}
    for name in ("evidence", "exports", "uploads"):
        options = {**configured[name]["OPTIONS"], "location": tmp_path / name}
        configured[name] = {**configured[name], "OPTIONS": options}
    settings.STORAGES = configured


def test_what_no_row_names_goes_and_what_a_row_names_stays(both_databases):
    ana, ben = make_user("ana"), make_user("ben")
    avatars.wear(ana, picture().file)
    pictured = posts.write(author=ana, text="Look", picture=picture())
    posts.write(author=ana, text="Soon", upload=ContentFile(b"raw", name="raw.png"))
    reported(ben, post=str(pictured.pk))
    reported(ben, person="ana")
    named = files()
    assert len(named) == 5
    for folder in FOLDERS:
        path = f"{folder.path}/lost.webp" if folder.path else "lost.webp"
        storages[folder.storage].save(path, ContentFile(b"lost"))
    age(files())
    default_storage.save("posts/young.webp", ContentFile(b"its row is being written"))
    forget_orphans()
    forget_orphans_of_safety()
    forget_orphans_of_the_timeline()
    assert files() == named | {("default", "posts/young.webp")}


def test_a_report_that_is_refused_leaves_no_copies(both_databases, monkeypatch):
    ana, ben = make_user("ana"), make_user("ben")
    avatars.wear(ana, picture().file)

    def refuse(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr(Report, "save", refuse)
    seen = reporting.see_person(ben, "ana")
    with pytest.raises(IntegrityError):
        reported(ben, person="ana")
    with pytest.raises(Report.DoesNotExist):
        reporting.open_case(seen, by=ben)
    assert {storage for storage, _ in files()} == {"default"}


def test_opening_the_same_case_again_copies_nothing(both_databases):
    ana, staff = make_user("ana"), make_user("stella", is_staff=True)
    avatars.wear(ana, picture().file)
    seen = reporting.see_person(staff, "ana")
    case = reporting.open_case(seen, by=staff)
    before = files()
    assert (reporting.open_case(seen, by=staff), files()) == (case, before)


@pytest.mark.django_db
def test_an_upload_whose_post_was_refused_is_found(ana, monkeypatch):
    """Its file was stored, its row never was."""
    monkeypatch.setattr(Post, "save", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        posts.write(author=ana, text="Look", upload=ContentFile(b"raw", name="raw.png"))
    [(storage, name)] = files()
    assert storage == "uploads"
    age(files())
    assert orphans.forget(OF_THE_TIMELINE) == 1
    assert uploads._storage().exists(name) is False
