"""Data that is no longer needed is deleted after the number of days in the settings."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image

from accounts import avatars, retention
from core import batches
from notifications import inbox
from notifications import retention as notification_retention
from notifications.models import Notification
from safety import retention as safety_retention
from safety.models import Report
from safety.moderation import decisions
from safety.moderation.actions import DISMISS
from spaces import retention as space_retention
from spaces.actions import chat, lifecycle, removals
from spaces.models import Message, Removal, RoomEvent, Space
from tests.factories import make_space
from tests.safety.moderation import file_report
from timeline.pictures import Picture

pytestmark = pytest.mark.django_db


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def test_expired_sessions_are_deleted_and_active_ones_are_kept(ana, ben, as_ana, as_ben):
    for person, browser in ((ana, as_ana), (ben, as_ben)):
        key = browser.session.session_key
        UserSession.objects.create(user=person, session_key=key, ip="192.0.2.1", user_agent="")
    Session.objects.filter(pk=as_ana.session.session_key).update(expire_date=days_ago(1))
    assert retention.sweep()["sessions"] == 1
    assert list(Session.objects.values_list("pk", flat=True)) == [as_ben.session.session_key]
    remaining = UserSession.objects.values_list("session_key", flat=True)
    assert list(remaining) == [as_ben.session.session_key]


def test_the_evidence_of_a_closed_report_is_deleted_and_its_outcome_is_kept(
    ana, ben, staff, settings
):
    settings.KEEP_EVIDENCE_DAYS = 30
    avatars.set_picture(ana, Picture.of(Image.new("RGB", (40, 40), "blue"), quality=80).file)
    closed, waiting = file_report(ben, person="ana"), file_report(staff, person="ana")
    decisions.decide(closed, action=DISMISS, by=staff, reason="Fine")
    [picture] = closed.evidence["pictures"]
    assert safety_retention.sweep()["evidence"] == 0
    Report.objects.filter(pk=closed.pk).update(closed_at=days_ago(31))
    Report.objects.filter(pk=waiting.pk).update(at=days_ago(31))
    assert safety_retention.sweep()["evidence"] == 1
    closed.refresh_from_db()
    waiting.refresh_from_db()
    assert (closed.evidence, closed.outcome) == ({}, "dismissed")
    assert "pictures" in waiting.evidence
    assert storages["evidence"].exists(picture) is False


def test_staff_can_open_a_report_whose_evidence_was_deleted(ana, ben, as_staff):
    report = file_report(ben, person="ana")
    Report.objects.update(evidence={})
    page = as_staff.get(f"/admin/safety/report/{report.pk}/change/")
    assert page.status_code == 200


def test_old_notifications_are_deleted(ana, settings):
    settings.KEEP_NOTIFICATIONS_DAYS = 30
    inbox.notify(ana, kind="report", text="Old")
    Notification.objects.update(at=days_ago(31))
    inbox.notify(ana, kind="report", text="New")
    assert notification_retention.sweep()["notifications"] == 1
    assert [each.text for each in inbox.page(ana)[0]] == ["New"]


def test_chat_and_journal_are_deleted_some_days_after_the_end(settings, ben):
    settings.KEEP_CHAT_DAYS, settings.KEEP_JOURNAL_DAYS = 10, 20
    live, ended = make_space(), make_space()
    for space in (live, ended):
        chat.send(space, author=space.host, text="Hello")
    removals.remove(ended, user=ben, by=ended.host, reason="Shouted")
    lifecycle.end(ended, by=ended.host)
    Space.objects.update(started_at=days_ago(40))
    Space.objects.filter(pk=ended.pk).update(ended_at=days_ago(15))
    assert space_retention.sweep() == {"messages": 1, "journal": 0, "reasons": 0}
    Space.objects.filter(pk=ended.pk).update(ended_at=days_ago(25))
    swept = space_retention.sweep()
    assert (swept["journal"] > 0, swept["reasons"]) == (True, 1)
    assert list(Removal.objects.values_list("viewer_key", "reason")) == [(ben.key, "")]
    assert [each.space_id for each in Message.objects.all()] == [live.pk]
    assert {each.space_id for each in RoomEvent.objects.all()} == {live.pk}


def test_zero_days_keep_everything(ana, settings):
    settings.KEEP_CHAT_DAYS = settings.KEEP_JOURNAL_DAYS = settings.KEEP_NOTIFICATIONS_DAYS = 0
    inbox.notify(ana, kind="report", text="Old")
    Notification.objects.update(at=days_ago(9999))
    assert notification_retention.sweep()["notifications"] == 0
    assert space_retention.sweep() == {"messages": 0, "journal": 0, "reasons": 0}


def test_more_rows_than_one_batch_are_deleted(ana, monkeypatch, settings):
    monkeypatch.setattr(batches, "BATCH", 2)
    settings.KEEP_NOTIFICATIONS_DAYS = 1
    for number in range(5):
        inbox.notify(ana, kind="report", text=str(number))
    Notification.objects.update(at=days_ago(2))
    assert notification_retention.sweep()["notifications"] == 5
