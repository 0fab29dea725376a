"""The digest: one e-mail per day or week about unread notifications."""

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from notifications import digest, inbox, preferences, sending, unread, unsubscribing
from notifications.models import Delivery, NotificationSettings
from notifications.registry import EMAIL, kind
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def choose_digest(user, often, zone="Europe/Berlin"):
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    NotificationSettings.objects.update_or_create(
        user=user, defaults={"digest": often, "zone": zone}
    )


def follow(user, name="Ben"):
    person = make_user(name=name)
    inbox.notify(user, kind="follow", text=f"{name} follows you", subject="me", actor=person)


def run(time_machine, moment):
    """Plan and send the digests that are due at this moment; return the e-mails."""
    time_machine.move_to(at(moment), tick=False)
    mail.outbox.clear()
    digest.plan_due()
    sending.send_due(EMAIL)
    return [(each.to, each.body) for each in mail.outbox]


def test_the_daily_digest_is_sent_once_a_day(ana, time_machine):
    time_machine.move_to(at("2026-11-29 15:00"), tick=False)
    choose_digest(ana, "daily")
    follow(ana)
    assert run(time_machine, "2026-11-30 06:59") == []
    [(to, body)] = run(time_machine, "2026-11-30 07:00")  # 8:00 in Berlin
    assert (to, "Ben follows you" in body) == ([ana.email], True)
    assert run(time_machine, "2026-11-30 07:10") == []
    assert run(time_machine, "2026-11-30 20:00") == []


def test_the_weekly_digest_is_sent_on_monday(ana, time_machine):
    time_machine.move_to(at("2026-11-25 15:00"), tick=False)  # a Wednesday
    choose_digest(ana, "weekly")
    follow(ana)
    assert run(time_machine, "2026-11-26 07:00") == []
    [(_, body)] = run(time_machine, "2026-11-30 07:00")
    assert "Ben follows you" in body
    assert run(time_machine, "2026-12-01 07:00") == []


def test_no_digest_is_sent_if_everything_was_read(ana, time_machine):
    time_machine.move_to(at("2026-11-29 15:00"), tick=False)
    choose_digest(ana, "daily")
    follow(ana)
    unread.mark_all_read(ana)
    assert run(time_machine, "2026-11-30 07:00") == []
    assert Delivery.objects.get(kind="digest").state == "skipped"


def test_a_digest_does_not_repeat_notifications_of_an_earlier_digest(ana, time_machine):
    time_machine.move_to(at("2026-11-29 15:00"), tick=False)
    choose_digest(ana, "daily")
    follow(ana)
    assert len(run(time_machine, "2026-11-30 07:00")) == 1
    assert run(time_machine, "2026-12-01 07:00") == []


def test_people_who_turned_the_digest_off_meanwhile_do_not_get_it(ana, time_machine):
    time_machine.move_to(at("2026-11-29 15:00"), tick=False)
    choose_digest(ana, "daily")
    follow(ana)
    time_machine.move_to(at("2026-11-30 07:00"), tick=False)
    digest.plan_due()
    unsubscribing.unsubscribe(ana, kind("digest"))
    assert run(time_machine, "2026-11-30 07:01") == []
    assert NotificationSettings.objects.get(user=ana).digest == "off"


def test_a_digest_is_not_planned_half_a_day_too_late(ana, time_machine):
    time_machine.move_to(at("2026-11-29 15:00"), tick=False)
    choose_digest(ana, "daily")
    follow(ana)
    assert run(time_machine, "2026-11-30 19:00") == []
    assert not Delivery.objects.filter(kind="digest").exists()


def test_the_digest_is_sent_in_the_morning_of_each_zone(ana, ben, time_machine):
    time_machine.move_to(at("2026-11-29 15:00"), tick=False)
    choose_digest(ana, "daily", "Asia/Tokyo")
    choose_digest(ben, "daily", "America/New_York")
    for person in (ana, ben):
        follow(person, "Cleo")
    assert [to for to, _ in run(time_machine, "2026-11-29 23:00")] == [[ana.email]]
    assert [to for to, _ in run(time_machine, "2026-11-30 13:00")] == [[ben.email]]


def test_people_with_the_digest_get_no_separate_emails_of_social_kinds(ana):
    ana.notification_preferences.create(kind="follow", channel=EMAIL, on=True)
    assert preferences.wants(ana, "follow", EMAIL)
    choose_digest(ana, "weekly")
    assert not preferences.wants(ana, "follow", EMAIL)
    assert preferences.wants(ana, "warning", EMAIL)


def test_a_long_digest_is_shortened(ana, time_machine):
    time_machine.move_to(at("2026-11-29 15:00"), tick=False)
    choose_digest(ana, "daily")
    for number in range(12):
        text = f"Message {number}."
        inbox.notify(ana, kind="mention", text=text, subject=f"post:{number}", actor=make_user())
    [(_, body)] = run(time_machine, "2026-11-30 07:00")
    assert (body.count("Message "), "… and more" in body) == (10, True)
