"""What a command answers: to what cannot be, to what comes too fast, and without a script."""

from collections import Counter

import pytest
from limits import parse

from core import rates
from spaces import permissions
from spaces.actions import lifecycle, stage
from spaces.models import Invitation, Message, Role
from spaces.viewer import Viewer
from tests.factories import bring_up, make_host, make_user
from tests.spaces.commands import post


@pytest.fixture
def slow_clock(redis_server, monkeypatch):
    """What may be done in ten seconds may be done in an hour: this machine may be slow."""
    monkeypatch.setattr(rates, "_parse", lambda rate: parse(rate.replace("10 seconds", "hour")))


@pytest.mark.integration
def test_a_flood_is_refused_and_logged_once_and_the_room_goes_on(
    slow_clock, caplog, space, host, listener
):
    before = space.revision
    statuses = [post(listener, space, "mute-all/").status_code for _ in range(100)]
    assert Counter(statuses) == {403: 60, 429: 40}
    ours = [
        record.msg
        for record in caplog.records
        if record.name.startswith(("accounts.", "core.", "spaces."))
    ]
    assert [line["event"] for line in ours] == ["not_allowed", "too_fast"]
    space.refresh_from_db()
    assert space.revision == before
    assert post(host, space, "microphone/", {"muted": "false"}).status_code == 204


def test_the_host_changes_the_title(space, host):
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
def test_a_wrong_title_is_refused_with_words(space, host, data, code):
    answer = post(host, space, "details/", data)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    space.refresh_from_db()
    assert space.title == "What cities sound like"


@pytest.mark.parametrize("text", ["", "   ", "x" * 281])
def test_a_wrong_line_is_refused(space, listener, text):
    answer = post(listener, space, "chat/", {"text": text})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_text")


def test_an_invitation_is_answered_by_who_got_it(space, host, listener):
    assert post(host, space, f"people/{listener.key}/invite/").status_code == 204
    assert post(make_user(), space, "invitation/accept/").json()["code"] == "no_invitation"
    assert post(listener, space, "invitation/accept/").status_code == 204
    assert stage.on_stage(space, listener)


@pytest.mark.parametrize(
    "key", ["u0", "u999999", "nobody", "g1", "1", "u" + "9" * 40, "u1' OR 1=1", "u1%00"]
)
def test_nobody_is_not_invited(space, host, key):
    answer = post(host, space, f"people/{key}/invite/")
    assert answer.status_code == 404
    assert Invitation.objects.count() == 0


def test_an_ended_space_takes_no_commands(space, host):
    lifecycle.end(space, by=host)
    answer = post(host, space, "details/", {"title": "Again"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_live")


def test_without_a_script_the_answer_is_a_page(client, space, listener):
    client.force_login(listener)
    answer = client.post(f"{space.get_absolute_url()}chat/", {"text": "Plain form"})
    assert (answer.status_code, answer["location"]) == (302, space.get_absolute_url())
    assert b"Plain form" in client.get(space.get_absolute_url()).content


@pytest.mark.integration
def test_chat_that_comes_too_fast_says_when_to_try_again(slow_clock, space, listener):
    answers = [post(listener, space, "chat/", {"text": str(n)}) for n in range(9)]
    assert [answer.status_code for answer in answers] == [204] * 8 + [429]
    assert answers[-1].json()["message"].startswith("That was fast. Try again in ")
    assert Message.objects.count() == 8


def test_a_cohost_who_hosts_elsewhere_is_not_handed_the_space(space, host):
    busy = make_host()
    lifecycle.start(host=busy, title="Elsewhere")
    bring_up(space, busy, Role.COHOST)
    answer = post(host, space, f"people/{busy.key}/hand-over/")
    assert (answer.status_code, answer.json()["code"]) == (409, "hosts_elsewhere")
    assert permissions.role_of(space, Viewer(host)) == Role.HOST
