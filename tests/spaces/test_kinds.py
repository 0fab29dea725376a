"""Notifications about live Spaces: to followers of their hosts, and to people who are invited."""

import pytest
from django.utils import timezone

from accounts import blocking, follow
from notifications import expansion, muting, sending, unread
from notifications.models import Broadcast, Delivery, Notification
from notifications.models.delivery import State
from notifications.signals import notifications_read
from spaces import kinds
from spaces.actions import invitations, lifecycle, removals, requests
from spaces.models import Role, Space
from tests.factories import (
    make_host,
    make_scheduled_space,
    make_space,
    make_user,
    put_on_stage,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return make_host("hana", name="Hana")


def send_to_pages():
    expansion.expand_due(seconds=60)
    sending.send_due("page", seconds=60)


def texts(user):
    return list(Notification.objects.filter(user=user).values_list("text", "url"))


def test_followers_are_notified_when_a_host_goes_live(host, ana, ben):
    follow.follow(follower=ana, followed=host)
    space = make_space(host, title="Trams")
    send_to_pages()
    assert texts(ana) == [("Hana is live: “Trams”", space.get_absolute_url())]
    assert texts(ben) == []


def test_followers_are_notified_that_a_substitute_started_the_hosts_space(host, ana, ben):
    substitute = make_user("coco", name="Coco")
    blocked = make_user()
    for follower, followed in [(ana, host), (ben, substitute), (ana, substitute)]:
        follow.follow(follower=follower, followed=followed)
    follow.follow(follower=blocked, followed=substitute)
    blocking.block(blocker=host, blocked=blocked)
    space = make_scheduled_space(host, title="Trams")
    lifecycle.go_live(space, by=substitute)
    send_to_pages()
    expected = [("Coco started Hana’s Space: “Trams”", space.get_absolute_url())]
    assert (texts(ana), texts(ben), texts(blocked)) == (expected, expected, [])


def test_the_notification_does_not_claim_that_a_cohost_who_took_over_started_the_space(host, ana):
    follow.follow(follower=ana, followed=host)
    space = make_space(host, title="Trams")
    cohost = put_on_stage(space, make_user("coco", name="Coco"), Role.COHOST)
    away = {"host_before": host, "host_away_at": timezone.now()}
    Space.objects.filter(pk=space.pk).update(host=cohost, **away)
    send_to_pages()
    assert texts(ana) == [("Coco is hosting Hana’s Space: “Trams”", space.get_absolute_url())]


def test_followers_are_found_in_several_chunks(host):
    people = [make_user() for _ in range(5)]
    for person in people:
        follow.follow(follower=person, followed=host)
    space = make_space(host)
    subject = kinds.live_subject(space)
    first = kinds.followers_of_host(subject, 0, 2)
    rest = kinds.followers_of_host(subject, first[-1][0], 10)
    assert [pk for _, pk in first + rest] == [person.pk for person in people]


def test_nobody_is_notified_of_a_space_that_has_ended(host, ana):
    follow.follow(follower=ana, followed=host)
    space = make_space(host)
    expansion.expand_due(seconds=60)
    lifecycle.end(space, by=host)
    sending.send_due("page")
    assert texts(ana) == []
    assert Delivery.objects.get().state == State.SKIPPED


def test_followers_who_mute_the_host_are_not_notified(host, ana, ben):
    for person in (ana, ben):
        follow.follow(follower=person, followed=host)
    muting.mute(ana, host)
    space = make_space(host, title="Trams")
    send_to_pages()
    assert texts(ana) == []
    assert texts(ben) == [("Hana is live: “Trams”", space.get_absolute_url())]
    muted = Delivery.objects.filter(user=ana, state=State.SKIPPED)
    assert set(muted.values_list("reason", flat=True)) == {"muted"}


def test_a_block_after_the_start_stops_the_notification(host, ana):
    follow.follow(follower=ana, followed=host)
    make_space(host)
    expansion.expand_due(seconds=60)
    blocking.block(blocker=host, blocked=ana)
    sending.send_due("page")
    assert texts(ana) == []


def test_a_space_that_could_not_start_is_not_announced(host):
    make_space(host)
    with pytest.raises(lifecycle.AlreadyLive):
        make_space(host)
    assert Broadcast.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "words"), [(Role.SPEAKER, "invites you to speak"), (Role.COHOST, "host it together")]
)
def test_an_invited_person_is_notified(host, ana, role, words):
    space = make_space(host, title="Trams")
    invitations.invite(space, by=host, user=ana, role=role)
    [(text, url)] = texts(ana)
    assert (words in text, "“Trams”" in text, url) == (True, True, space.get_absolute_url())


def test_a_person_whose_request_was_accepted_is_notified(host, ana):
    space = make_space(host, title="Trams")
    requests.ask(space, user=ana)
    requests.accept(space, user=ana, by=host)
    assert ["accepted your request to speak: “Trams”" in text for text, _ in texts(ana)] == [True]


def test_an_invitation_that_was_withdrawn_is_not_pushed_any_more(host, ana):
    space = make_space(host)
    invitations.invite(space, by=host, user=ana)
    subject = Delivery.objects.get(kind="invitation").subject
    assert kinds.invited(subject, ana) is not None
    invitations.withdraw(space, by=host, user=ana)
    assert kinds.invited(subject, ana) is None


@pytest.mark.parametrize(
    "answer",
    [
        lambda space, host, ana: invitations.accept(space, user=ana),
        lambda space, host, ana: invitations.decline(space, user=ana),
        lambda space, host, ana: invitations.withdraw(space, by=host, user=ana),
        lambda space, host, ana: removals.remove(space, user=ana, by=host),
        lambda space, host, ana: lifecycle.end(space, by=host),
    ],
    ids=["accepted", "declined", "withdrawn", "removed", "ended"],
)
def test_the_notification_is_read_once_the_invitation_is_over(host, ana, ben, answer):
    space, other = make_space(host), make_space(make_host("olga"))
    invitations.invite(space, by=host, user=ana)
    invitations.invite(space, by=host, user=ana, role=Role.COHOST)
    for user in (ana, ben):
        invitations.invite(other, by=other.host, user=user)
    assert (unread.count(ana), unread.count(ben)) == (3, 1)
    answer(space, host, ana)
    assert (unread.count(ana), unread.count(ben)) == (1, 1)


def test_open_pages_are_notified_that_an_answered_invitation_was_read(
    host, ana, django_capture_on_commit_callbacks
):
    space = make_space(host)
    invitations.invite(space, by=host, user=ana)
    received = []

    def record(user_id, **kwargs):
        received.append(user_id)

    notifications_read.connect(record)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            invitations.decline(space, user=ana)
    finally:
        notifications_read.disconnect(record)
    assert received == [ana.pk]
