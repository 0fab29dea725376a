"""The pages of scheduled and cancelled Spaces."""

import re
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.messages import get_messages
from django.utils import timezone

from accounts import blocking, follow
from notifications import zones
from scheduling.actions import cancelling, cohosts, reminders
from scheduling.models import Reminder, Schedule
from spaces.models import Space, State
from tests.factories import make_user, signed_in
from tests.scheduling.hosting import in_a_day, schedule


def messages_of(answer):
    return [str(each) for each in get_messages(answer.wsgi_request)]


def has_button(page, label):
    return re.search(rf"<button[^>]*>(?:(?!</button>).)*{label}", page, re.S) is not None


def test_the_page_shows_the_title_the_time_and_the_host(planned, client):
    Space.objects.update(description="See https://example.org/rain")
    page = client.get(planned.get_absolute_url()).text
    assert ("Rain" in page, "Hana" in page, 'href="https://example.org/rain"' in page) == (
        (True,) * 3
    )
    assert f'data-countdown="{planned.starts_at:%Y-%m-%dT%H:%M}:00.000Z"' in page
    assert "The time in UTC." in page


def test_the_page_names_the_zone_of_the_reader_and_the_time_of_the_host(planned, ana, as_ana):
    Schedule.objects.update(zone="Asia/Tokyo")
    zones.remember(ana, "Europe/Lisbon")
    page = as_ana.get(planned.get_absolute_url()).text
    assert "Your time, Lisbon." in page
    assert re.search(r"\d\d:\d\d for \u2068Hana\u2069 in Tokyo\.", page)


def test_without_a_script_times_are_those_of_the_place_that_the_page_names(hana, client):
    at = in_a_day()
    space = schedule(hana, at, zone="Asia/Tokyo")  # nine hours ahead of UTC, all year
    there = at + timedelta(hours=9)
    page = client.get(space.get_absolute_url()).text
    assert "The time in Tokyo." in page
    clocks = re.findall(r'data-time="clock">([^<]*)<', page)
    assert clocks == [f"{there:%H:%M}", f"{there + timedelta(hours=1):%H:%M}"]
    assert f'data-time="day">{there.day}<' in page
    cancelling.cancel(space, by=hana)
    planned_for = f"{there:%A} {there.day} {there:%B %Y, %H:%M} (Tokyo)"
    assert planned_for in client.get(space.get_absolute_url()).text


def test_one_url_serves_every_state(planned, client):
    path = planned.get_absolute_url()
    assert "Set reminder" in client.get(path).text
    Space.objects.update(state=State.LIVE, started_at=timezone.now())
    assert "Sign in to listen" in client.get(path).text
    Space.objects.update(state=State.ENDED, ended_at=timezone.now())
    assert "This Space has ended" in client.get(path).text


def test_a_reminder_is_set_and_removed_without_a_script(planned, ana, as_ana):
    path = planned.get_absolute_url()
    answer = as_ana.post(f"{path}set-reminder/")
    assert (answer.url, Reminder.objects.get().user) == (path, ana)
    page = as_ana.get(path).text
    assert ("Reminder set" in page, 'aria-pressed="true"' in page) == (True, True)
    as_ana.post(f"{path}unset-reminder/")
    assert not Reminder.objects.exists()


def test_with_htmx_only_the_button_is_replaced(planned, as_ana):
    path = planned.get_absolute_url()
    header = {"HX-Request": "true", "HX-Target": "reminder"}
    answer = as_ana.post(f"{path}set-reminder/", headers=header)
    assert answer.status_code == 200
    assert ("<html" in answer.text, "Reminder set" in answer.text) == (False, True)
    cancelling.cancel(planned, by=planned.host)
    answer = as_ana.post(f"{path}unset-reminder/", headers=header)
    assert "This Space was cancelled already." in answer.text


def test_a_signed_out_persons_reminder_is_set_after_signing_in(planned, client, ana):
    path = planned.get_absolute_url()
    answer = client.post(f"{path}set-reminder/")
    assert answer.url == f"/accounts/login/?next={path}"
    assert not Reminder.objects.exists()
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    signing_in = {"login": "ana", "password": "a good password", "next": path}
    answer = client.post("/accounts/login/", signing_in)
    assert (answer.url, Reminder.objects.get().user) == (path, ana)
    assert "Reminder set." in client.get(path).text


def test_a_pending_reminder_is_set_once(planned, client, ana):
    client.post(f"{planned.get_absolute_url()}set-reminder/")
    client.force_login(ana)
    reminders.unset_reminder(planned, user=ana)
    client.force_login(ana)
    assert not Reminder.objects.exists()


def test_signing_in_after_the_space_was_cancelled_sets_nothing(planned, client, ana):
    client.post(f"{planned.get_absolute_url()}set-reminder/")
    cancelling.cancel(planned, by=planned.host)
    client.force_login(ana)
    assert not Reminder.objects.exists()


def test_another_site_cannot_set_a_reminder(planned, ana):
    client = signed_in(ana, enforce_csrf_checks=True)
    path = f"{planned.get_absolute_url()}set-reminder/"
    assert (client.get(path).status_code, client.post(path).status_code) == (405, 403)
    assert not Reminder.objects.exists()


def test_the_page_shows_followed_people_with_a_reminder(planned, ana, as_ana):
    people = [make_user(f"friend{number}", name=f"Friend {number}") for number in range(4)]
    stranger = make_user("stranger", name="A stranger")
    for person in [*people, stranger]:
        reminders.set_reminder(planned, user=person)
    for person in people:
        follow.follow(follower=ana, followed=person)
    page = " ".join(as_ana.get(planned.get_absolute_url()).text.split())
    assert "and 2 others you follow are going" in page
    assert "A stranger" not in page


def test_people_whom_the_host_blocks_see_nothing(planned, ana, as_ana):
    blocking.block(blocker=planned.host, blocked=ana)
    answer = as_ana.get(planned.get_absolute_url())
    assert (answer.status_code, "Rain" in answer.text) == (403, False)


def test_the_host_and_cohosts_can_start_ten_minutes_early(planned, ana, ben):
    cohosts.invite(planned, by=planned.host, user=ana)
    cohosts.accept(planned, user=ana)
    path = planned.get_absolute_url()
    for person, expected in ((planned.host, True), (ana, True), (ben, False)):
        assert has_button(signed_in(person).get(path).text, "Go live") is expected
    early = re.compile(r"<button[^>]*disabled[^>]*>(?:(?!</button>).)*Go live", re.S)
    assert early.search(signed_in(ana).get(path).text)
    Space.objects.update(starts_at=timezone.now() + timedelta(minutes=10))
    assert not early.search(signed_in(ana).get(path).text)
    answer = signed_in(ana).post(f"{path}go-live/")
    assert (answer.url, Space.objects.get().state) == (path, State.LIVE)


def test_starting_too_early_is_refused_with_the_waiting_time(planned):
    client = signed_in(planned.host)
    answer = client.post(f"{planned.get_absolute_url()}go-live/")
    [message] = messages_of(answer)
    assert message.startswith("You can start it 10 minutes before its time, that is, in ")


def test_an_invited_person_accepts_on_the_page(planned, ana, as_ana):
    path = planned.get_absolute_url()
    signed_in(planned.host).post(f"{path}cohosts/invite/", {"cohosts": "@ana"})
    assert "invites you to co-host" in as_ana.get(path).text
    as_ana.post(f"{path}cohosts/accept/")
    page = as_ana.get(path).text
    assert ("invites you to co-host" in page, "Co-host" in page) == (False, True)


def test_the_host_withdraws_an_invitation(planned, ana, as_ana):
    path = planned.get_absolute_url()
    client = signed_in(planned.host)
    client.post(f"{path}cohosts/invite/", {"cohosts": "ana"})
    page = client.get(path).text
    assert ("Invited to co-host" in page, "Withdraw the invitation to Ana" in page) == (True, True)
    answer = client.post(f"{path}cohosts/ana/withdraw/")
    assert messages_of(answer)[-1] == "@ana won’t co-host this Space."
    assert "invites you to co-host" not in as_ana.get(path).text


def test_the_host_removes_a_cohost(planned, ana):
    cohosts.invite(planned, by=planned.host, user=ana)
    cohosts.accept(planned, user=ana)
    page = signed_in(planned.host).get(planned.get_absolute_url()).text
    assert ("Remove Ana as co-host" in page, "Withdraw the invitation" in page) == (True, False)


def test_inviting_a_cohost_again_says_that_they_are_invited_already(planned, ana):
    client, path = signed_in(planned.host), f"{planned.get_absolute_url()}cohosts/invite/"
    for expected in ("Invited. They co-host once they accept.", "Already invited."):
        answer = client.post(path, {"cohosts": "@ana"})
        assert messages_of(answer)[-1] == expected


def test_the_note_of_a_late_space_depends_on_what_the_reader_can_do(planned, client, as_ana):
    path = planned.get_absolute_url()
    assert "Tap “Go live” to start." in signed_in(planned.host).get(path).text
    assert "You’ll join automatically." in as_ana.get(path).text
    assert "This page updates when it starts." in client.get(path).text


def test_a_scheduled_space_can_be_reported(planned, as_ana):
    path = planned.get_absolute_url()
    assert f'href="/report/?space={planned.public_id}"' in as_ana.get(path).text
    assert "Rain" in as_ana.get(f"/report/?space={planned.public_id}").text


def test_the_page_of_a_no_show_gives_the_reason(planned, client):
    Space.objects.update(starts_at=timezone.now() - timedelta(minutes=31))
    cancelling.cancel_no_shows()
    page = client.get(planned.get_absolute_url()).text
    assert "Nobody started this Space within 30 minutes after its planned start" in page


def test_the_number_of_queries_does_not_grow_with_reminders(
    planned, as_ana, ana, django_assert_max_num_queries
):
    def load():
        with django_assert_max_num_queries(40) as queries:
            assert as_ana.get(planned.get_absolute_url()).status_code == 200
        return len(queries)

    for number in range(2):
        person = make_user(f"friend{number}")
        follow.follow(follower=ana, followed=person)
        reminders.set_reminder(planned, user=person)
    few = load()
    for number in range(2, 5):
        person = make_user(f"friend{number}")
        follow.follow(follower=ana, followed=person)
        reminders.set_reminder(planned, user=person)
    assert load() == few


def test_a_link_preview_contains_the_start(planned, client):
    at = planned.starts_at
    page = client.get(planned.get_absolute_url()).text
    words = f"Starts {at:%A} {at.day} {at:%B}, {at:%H:%M} UTC, hosted by Hana."
    assert f'<meta property="og:description" content="{words}' in page
