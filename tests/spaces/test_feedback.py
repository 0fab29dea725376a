from datetime import timedelta

import pytest
from django.utils import timezone

from spaces.actions import feedback, lifecycle, removals, requests, succession
from spaces.models import Feedback, Mood, Space
from tests.factories import make_user

JSON = {"accept": "application/json"}


def give(client, space, user, **data):
    client.force_login(user)
    return client.post(f"{space.get_absolute_url()}feedback/", data, headers=JSON)


def test_feedback_is_a_mood_and_an_optional_comment(client, space, host, listener):
    lifecycle.end(space, by=host)
    assert give(client, space, listener, mood="bad").status_code == 204
    assert give(client, space, listener, mood="good", line="The trams!").status_code == 204
    assert give(client, space, make_user(), mood="okay").status_code == 204
    assert feedback.summary(space) == {
        "counts": {"good": 1, "okay": 1, "bad": 0},
        "lines": ["The trams!"],
    }


def test_the_ended_page_asks_for_feedback_and_thanks_for_it(client, space, host, listener):
    lifecycle.end(space, by=host)
    client.force_login(listener)
    page = client.get(space.get_absolute_url()).text
    # The page asks for a comment only after the mood was chosen.
    assert ("How was it?" in page, 'name="line"' in page) == (True, False)
    answer = client.post(f"{space.get_absolute_url()}feedback/", {"mood": "okay"}, follow=True)
    assert 'value="okay" aria-pressed="true"' in answer.text
    assert ("Thank you" in answer.text, 'name="line"' in answer.text) == (True, True)


@pytest.mark.parametrize(("seconds_away", "is_explained"), [(61, True), (59, False), (None, False)])
def test_the_ended_page_explains_that_the_host_lost_the_connection(
    client, space, host, seconds_away, is_explained
):
    if seconds_away is not None:
        away = timezone.now() - timedelta(seconds=seconds_away)
        Space.objects.filter(pk=space.pk).update(host_away_at=away)
    succession.update(Space.objects.get(), connected=set(), now=timezone.now())
    if Space.objects.get().is_live:
        lifecycle.end(space, by=host)
    page = client.get(space.get_absolute_url()).text
    assert ("connection was lost and did not come back" in page) is is_explained


def test_the_host_reads_feedback_without_names(client, space, host, listener):
    lifecycle.end(space, by=host)
    give(client, space, listener, mood="good", line="The trams!")
    client.force_login(host)
    page = client.get(space.get_absolute_url()).text
    assert ("The trams!" in page, "How was it?" in page, listener.name in page) == (
        True,
        False,
        False,
    )


def test_feedback_is_refused_while_the_space_is_live(client, space, listener):
    answer = give(client, space, listener, mood="good")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_over")


@pytest.mark.parametrize("data", [{}, {"mood": "great"}, {"mood": "good", "line": "x" * 281}])
def test_invalid_feedback_is_refused(client, space, host, listener, data):
    lifecycle.end(space, by=host)
    assert give(client, space, listener, **data).status_code == 400
    assert Feedback.objects.count() == 0


def test_there_are_three_moods():
    assert Mood.values == ["good", "okay", "bad"]


@pytest.mark.parametrize("page", ["requests", "removed", "log"])
def test_only_hosts_can_read_requests_removals_and_log(
    client, space, host, cohost, speaker, listener, page
):
    address = f"{space.get_absolute_url()}{page}/"
    statuses = []
    for user in (host, cohost, speaker, listener):
        client.force_login(user)
        statuses.append(client.get(address).status_code)
    client.logout()
    assert [*statuses, client.get(address).status_code] == [200, 200, 403, 403, 403]


def test_hosts_can_read_the_reasons_for_requests_and_removals(
    client, space, host, speaker, listener
):
    requests.ask(space, user=listener, reason="I have a question")
    removals.remove(space, user=speaker, by=host, reason="Shouting")
    client.force_login(host)
    base = space.get_absolute_url()
    assert client.get(f"{base}requests/").json() == {"reasons": {listener.key: "I have a question"}}
    (removal,) = client.get(f"{base}removed/").json()["removed"]
    assert (removal["person"]["handle"], removal["reason"]) == ("sami", "Shouting")
    (entry,) = client.get(f"{base}log/").json()["log"]
    assert (entry["kind"], entry["whom"]["handle"], entry["note"]) == (
        "removed",
        "sami",
        "Shouting",
    )
