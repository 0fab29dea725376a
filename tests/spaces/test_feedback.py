from datetime import timedelta

import pytest
from django.utils import timezone

from spaces.actions import feedback, lifecycle, moderation, requests, succession
from spaces.models import Feedback, Mood, Space
from tests.factories import make_user

JSON = {"accept": "application/json"}


def give(client, space, user, **data):
    client.force_login(user)
    return client.post(f"{space.get_absolute_url()}feedback/", data, headers=JSON)


def test_how_it_was_in_one_tap_and_a_line(client, space, host, listener):
    lifecycle.end(space, by=host)
    assert give(client, space, listener, mood="bad").status_code == 204
    assert give(client, space, listener, mood="good", line="The trams!").status_code == 204
    assert give(client, space, make_user(), mood="okay").status_code == 204
    assert feedback.summary(space) == {
        "counts": {"good": 1, "okay": 1, "bad": 0},
        "lines": ["The trams!"],
    }


def test_the_ended_page_asks_how_it_was_then_thanks(client, space, host, listener):
    lifecycle.end(space, by=host)
    client.force_login(listener)
    page = client.get(space.get_absolute_url()).text
    assert ("How was it?" in page, 'name="line"' in page) == (True, False)  # one tap comes first
    answer = client.post(f"{space.get_absolute_url()}feedback/", {"mood": "okay"}, follow=True)
    assert 'value="okay" aria-pressed="true"' in answer.text
    assert ("Thank you" in answer.text, 'name="line"' in answer.text) == (True, True)


@pytest.mark.parametrize(("lost", "told"), [(61, True), (59, False), (None, False)])
def test_the_ended_page_says_when_it_ended_for_want_of_a_host(client, space, host, lost, told):
    if lost is not None:
        away = timezone.now() - timedelta(seconds=lost)
        Space.objects.filter(pk=space.pk).update(host_away_at=away)
    succession.look_after(Space.objects.get(), here=set(), now=timezone.now())
    if Space.objects.get().is_live:
        lifecycle.end(space, by=host)
    page = client.get(space.get_absolute_url()).text
    assert ("connection was lost and did not come back" in page) is told


def test_the_host_reads_how_it_was_without_names(client, space, host, listener):
    lifecycle.end(space, by=host)
    give(client, space, listener, mood="good", line="The trams!")
    client.force_login(host)
    page = client.get(space.get_absolute_url()).text
    assert ("The trams!" in page, "How was it?" in page, listener.name in page) == (
        True,
        False,
        False,
    )


def test_while_it_is_live_nobody_says_how_it_was(client, space, listener):
    answer = give(client, space, listener, mood="good")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_over")


@pytest.mark.parametrize("data", [{}, {"mood": "great"}, {"mood": "good", "line": "x" * 281}])
def test_wrong_feedback_is_refused(client, space, host, listener, data):
    lifecycle.end(space, by=host)
    assert give(client, space, listener, **data).status_code == 400
    assert Feedback.objects.count() == 0


def test_moods_are_three():
    assert Mood.values == ["good", "okay", "bad"]


@pytest.mark.parametrize("page", ["requests", "removed", "log"])
def test_what_hosts_read_others_do_not(client, space, host, cohost, speaker, listener, page):
    address = f"{space.get_absolute_url()}{page}/"
    statuses = []
    for user in (host, cohost, speaker, listener):
        client.force_login(user)
        statuses.append(client.get(address).status_code)
    client.logout()
    assert [*statuses, client.get(address).status_code] == [200, 200, 403, 403, 403]


def test_hosts_read_the_reasons(client, space, host, speaker, listener):
    requests.ask(space, user=listener, reason="I have a question")
    moderation.remove(space, user=speaker, by=host, reason="Shouting")
    client.force_login(host)
    base = space.get_absolute_url()
    assert client.get(f"{base}requests/").json() == {"reasons": {listener.key: "I have a question"}}
    (removal,) = client.get(f"{base}removed/").json()["removed"]
    assert (removal["person"]["handle"], removal["reason"]) == ("sami", "Shouting")
    (line,) = client.get(f"{base}log/").json()["log"]
    assert (line["kind"], line["whom"]["handle"], line["note"]) == ("removed", "sami", "Shouting")
