"""Data exports: a person requests one, the worker builds it, and only its owner can download it."""

import io
import json
import os
import re
import zipfile
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image

from accounts import archive, avatars, exports, follow, orphans, retention
from accounts.models import Export
from core.rates import TooFast
from notifications import inbox
from spaces.actions import chat
from tests.factories import make_space, make_user, put_on_stage
from timeline import posts
from timeline.pictures import Picture

pytestmark = pytest.mark.django_db

DATA = "/settings/data/"


@pytest.fixture
def reauthenticated(as_ana):
    """Ana's browser, in which she has just entered her password again."""
    as_ana.post("/accounts/reauthenticate/", {"password": "a good password"})
    return as_ana


async def read_all(chunks):
    return b"".join([chunk async for chunk in chunks])


def make_export(user, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return exports.request(user)


def test_the_archive_contains_the_texts_and_pictures_of_the_person(
    ana, ben, django_capture_on_commit_callbacks
):
    avatars.set_picture(ana, Picture.of(Image.new("RGB", (40, 40), "blue"), quality=80).file)
    follow.follow(follower=ana, followed=ben)
    posts.write(
        author=ana,
        text="Look",
        picture=Picture.of(Image.new("RGB", (40, 30)), quality=80),
        alt="Black",
    )
    posts.like(posts.write(author=ben, text="Not hers"), user=ana)
    space = make_space(title="Trams")
    put_on_stage(space, ana)
    chat.send(space, author=ana, text="مرحبا from the chat")
    export = make_export(ana, django_capture_on_commit_callbacks)

    export.refresh_from_db()
    with storages["exports"].open(export.file) as file, zipfile.ZipFile(file) as archive_:
        names = set(archive_.namelist())
        tables = {name: json.loads(archive_.read(name)) for name in names if name.endswith(".json")}
        pictures = {name for name in names if name.startswith("pictures/")}
        assert archive_.testzip() is None
        for name in pictures:
            Image.open(io.BytesIO(archive_.read(name))).verify()
    assert tables["account.json"][0]["handle"] == "ana"
    assert [row["handle"] for row in tables["following.json"]] == ["ben"]
    assert [(row["text"], row["alt"]) for row in tables["posts.json"]] == [("Look", "Black")]
    assert [row["author"] for row in tables["likes.json"]] == ["ben"]
    assert [row["text"] for row in tables["chat_messages.json"]] == ["مرحبا from the chat"]
    assert [row["title"] for row in tables["spaces_on_stage.json"]] == ["Trams"]
    assert len(pictures) == 2
    assert "Not hers" not in json.dumps(tables)


def test_a_finished_export_is_announced_by_notification_and_email(
    ana, mailoutbox, django_capture_on_commit_callbacks
):
    ana.emailaddress_set.create(email=ana.email, verified=True, primary=True)
    make_export(ana, django_capture_on_commit_callbacks)
    [notification], _ = inbox.page(ana)
    assert (notification.kind, notification.url) == ("export", DATA)
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([ana.email], "The copy of your data is ready")
    assert f"http://testserver{DATA}" in mail.body


def test_a_second_request_reuses_the_export_in_progress(ana):
    assert exports.request(ana) == exports.request(ana)
    assert Export.objects.count() == 1


@pytest.mark.integration
def test_exports_are_limited_to_three_a_day(redis_server, db):
    ana = make_user("ana")
    for _ in range(3):
        exports.request(ana)
        Export.objects.update(state=Export.State.FAILED, finished_at=timezone.now())
    with pytest.raises(TooFast):
        exports.request(ana)


def test_a_failed_export_is_shown_on_the_page_and_can_be_retried(
    ana, as_ana, settings, django_capture_on_commit_callbacks
):
    archive.sources.cache_clear()
    settings.PERSONAL_DATA = ["accounts.personal_data", "accounts.no_such_module"]
    try:
        export = make_export(ana, django_capture_on_commit_callbacks)
    finally:
        archive.sources.cache_clear()
    export.refresh_from_db()
    assert export.state == Export.State.FAILED
    page = as_ana.get(DATA).content.decode()
    assert "We couldn’t prepare your copy" in page
    assert "Request a new copy" in page


def test_an_export_whose_task_was_lost_is_found_again(ana):
    export = exports.request(ana)  # nothing commits here, so no task is queued
    assert archive.find_to_restart() == []
    long_ago = timezone.now() - archive.LOST_AFTER - timedelta(seconds=1)
    Export.objects.filter(pk=export.pk).update(requested_at=long_ago)
    assert archive.find_to_restart() == [export.pk]


def test_an_export_whose_worker_died_is_retried_up_to_a_limit(ana):
    export = exports.request(ana)
    long_ago = timezone.now() - archive.GIVEN_UP_AFTER - timedelta(seconds=1)
    Export.objects.filter(pk=export.pk).update(started_at=timezone.now(), attempts=1)
    assert archive.find_to_restart() == []  # a worker is building it
    archive.build(export.pk)
    # The call above acts as a second worker, which skips the export.
    assert Export.objects.get(pk=export.pk).is_waiting
    Export.objects.filter(pk=export.pk).update(started_at=long_ago)
    assert archive.find_to_restart() == [export.pk]
    Export.objects.filter(pk=export.pk).update(attempts=archive.MAX_ATTEMPTS)
    assert archive.find_to_restart() == []
    assert Export.objects.get(pk=export.pk).state == Export.State.FAILED


def test_a_new_export_replaces_the_previous_one(ana, django_capture_on_commit_callbacks):
    old = make_export(ana, django_capture_on_commit_callbacks)
    old.refresh_from_db()
    new = make_export(ana, django_capture_on_commit_callbacks)
    assert list(Export.objects.values_list("pk", flat=True)) == [new.pk]
    assert storages["exports"].exists(old.file) is False


def test_no_export_is_written_when_the_disk_is_nearly_full(
    ana, settings, django_capture_on_commit_callbacks
):
    settings.DISK_MIN_FREE = 1_000_000_000  # MB
    export = make_export(ana, django_capture_on_commit_callbacks)
    export.refresh_from_db()
    assert (export.state, export.file) == (Export.State.FAILED, "")


def test_a_file_without_an_export_is_deleted_after_a_day(ana, django_capture_on_commit_callbacks):
    kept = make_export(ana, django_capture_on_commit_callbacks)
    kept.refresh_from_db()
    fresh = storages["exports"].save("fresh.zip", ContentFile(b"x"))
    orphan = storages["exports"].save("orphan.zip", ContentFile(b"x"))
    days_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for name in (orphan, kept.file):
        os.utime(storages["exports"].path(name), (days_ago, days_ago))
    orphans.delete()
    exist = [storages["exports"].exists(name) for name in (kept.file, fresh, orphan)]
    assert exist == [True, True, False]


def test_an_export_whose_file_is_missing_is_not_offered(
    ana, as_ana, django_capture_on_commit_callbacks
):
    export = make_export(ana, django_capture_on_commit_callbacks)
    export.refresh_from_db()
    storages["exports"].delete(export.file)
    page = as_ana.get(DATA).content.decode()
    assert ("is ready" in page, "Request a copy" in page) == (False, True)


def test_downloading_requires_reauthentication(ana, as_ana, django_capture_on_commit_callbacks):
    make_export(ana, django_capture_on_commit_callbacks)
    answer = as_ana.get(f"{DATA}download/")
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/reauthenticate/")


def test_the_owner_can_download_the_export(
    ana, reauthenticated, django_capture_on_commit_callbacks
):
    make_export(ana, django_capture_on_commit_callbacks)
    answer = reauthenticated.get(f"{DATA}download/")
    assert re.fullmatch(
        r'attachment; filename="spaces-ana-\d{4}-\d\d-\d\d\.zip"', answer["Content-Disposition"]
    )
    content = async_to_sync(read_all)(answer.streaming_content)
    assert len(content) == int(answer["Content-Length"])
    assert "account.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_nobody_can_download_another_persons_export(
    ben, reauthenticated, django_capture_on_commit_callbacks
):
    make_export(ben, django_capture_on_commit_callbacks)
    assert reauthenticated.get(f"{DATA}download/").status_code == 404


def test_an_old_export_is_deleted_with_its_file(ana, settings, django_capture_on_commit_callbacks):
    settings.KEEP_EXPORTS_DAYS = 7
    export = make_export(ana, django_capture_on_commit_callbacks)
    export.refresh_from_db()
    old = timezone.now() - timedelta(days=8)
    Export.objects.filter(pk=export.pk).update(finished_at=old)
    assert retention.sweep()["exports"] == 1
    assert Export.objects.count() == 0
    assert storages["exports"].exists(export.file) is False
