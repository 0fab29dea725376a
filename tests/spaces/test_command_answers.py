"""Responses of commands: to invalid input, beyond the rate limit, and without JavaScript."""

from collections import Counter

import pytest
from limits import parse

from core import rates
from spaces import permissions
from spaces.actions import lifecycle, stage
from spaces.models import Invitation, Message, Role
from spaces.viewer import Viewer
from tests.factories import make_host, make_user, put_on_stage
from tests.spaces.commands import post


@pytest.fixture
def slow_clock(redis_server, monkeypatch):
    """Stretch limits per ten seconds to an hour, so that a slow machine reaches them too."""
    monkeypatch.setattr(rates, "_parse", lambda rate: parse(rate.replace("10 seconds", "hour")))


@pytest.mark.integration
def test_a_flood_of_commands_is_refused_and_logged_once(slow_clock, caplog, space, host, listener):
    before = space.revision
    statuses = [post(listener, space, "mute-all/").status_code for _ in range(100)]
    assert Counter(statuses) == {403: 60, 429: 40}
    log = [
        record.msg
        for record in caplog.records
        if record.name.startswith(("accounts.", "core.", "spaces."))
    ]
    assert [entry["event"] for entry in log] == ["not_allowed", "too_fast"]
    space.refresh_from_db()
    assert space.revision == before
    assert post(host, space, "microphone/", {"muted": "false"}).status_code == 204


def test_the_host_can_change_title_and_topics(space, host):
    assert (
        post(host, space, "details/", {"title": "  New \n title ", "topics": "music"}).content
        == b""
    )
    space.refresh_from_db()
    assert (space.title, space.topics.get().slug) == ("New title", "music")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"title": ""}, "bad_title"),
        ({"title": "x" * 71}, "bad_title"),
        ({"title": "x", "topics": ["art", "food", "music", "news"]}, "bad_topics"),
        ({"title": "x", "topics": ["no such topic"]}, "bad_topics"),
    ],
)
def test_invalid_details_are_refused(space, host, data, code):
    answer = post(host, space, "details/", data)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    space.refresh_from_db()
    assert space.title == "What cities sound like"


@pytest.mark.parametrize("text", ["", "   ", "x" * 281])
def test_an_invalid_message_is_refused(space, listener, text):
    answer = post(listener, space, "chat/", {"text": text})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_text")


def test_only_the_invited_person_can_accept_an_invitation(space, host, listener):
    assert post(host, space, f"people/{listener.key}/invite/").status_code == 204
    assert post(make_user(), space, "invitation/accept/").json()["code"] == "no_invitation"
    assert post(listener, space, "invitation/accept/").status_code == 204
    assert stage.on_stage(space, listener)


@pytest.mark.parametrize(
    "key", ["u0", "u999999", "nobody", "g1", "1", "u" + "9" * 40, "u1' OR 1=1", "u1%00"]
)
def test_an_unknown_person_cannot_be_invited(space, host, key):
    answer = post(host, space, f"people/{key}/invite/")
    assert answer.status_code == 404
    assert Invitation.objects.count() == 0


def test_an_ended_space_refuses_commands(space, host):
    lifecycle.end(space, by=host)
    answer = post(host, space, "details/", {"title": "Again"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_live")


def test_a_form_without_javascript_redirects_to_the_page(client, space, listener):
    client.force_login(listener)
    answer = client.post(f"{space.get_absolute_url()}chat/", {"text": "Plain form"})
    assert (answer.status_code, answer["location"]) == (302, space.get_absolute_url())
    assert b"Plain form" in client.get(space.get_absolute_url()).content


@pytest.mark.integration
def test_writing_too_fast_is_refused_with_the_time_to_wait(slow_clock, space, listener):
    answers = [post(listener, space, "chat/", {"text": str(n)}) for n in range(9)]
    assert [answer.status_code for answer in answers] == [204] * 8 + [429]
    assert answers[-1].json()["message"].startswith("Too many requests. Try again in ")
    assert Message.objects.count() == 8


def test_a_space_cannot_be_handed_to_a_cohost_who_hosts_elsewhere(space, host):
    busy = make_host()
    lifecycle.start(host=busy, title="Elsewhere")
    put_on_stage(space, busy, Role.COHOST)
    answer = post(host, space, f"people/{busy.key}/hand-over/")
    assert (answer.status_code, answer.json()["code"]) == (409, "hosts_elsewhere")
    assert permissions.role_of(space, Viewer(host)) == Role.HOST
