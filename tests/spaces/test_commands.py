"""Every command, in every role: who may not is refused on the server, whatever the page shows."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from spaces import chat, lifecycle, moderation, permissions, stage, succession, urls
from spaces.models import Invitation, Message, Role, Space
from spaces.permissions import MAY, Act
from spaces.viewer import Viewer
from tests.cast import bring_up, make_host, make_user

JSON = {"accept": "application/json"}


def post(user: User | None, space: Space, path: str, data: dict | None = None, **extra):
    client = Client()
    if user is not None:
        client.force_login(user)
    address = f"{space.get_absolute_url()}{path}"
    return client.post(address, data or {}, headers={**JSON, **extra})


COMMANDS = {
    "end": Act.END,
    "details": Act.EDIT_DETAILS,
    "open_to_guests": Act.EDIT_DETAILS,
    "ask": Act.REQUEST,
    "cancel_request": Act.LISTEN,
    "accept": Act.LISTEN,
    "decline": Act.LISTEN,
    "microphone": Act.SPEAK,
    "hand": Act.RAISE_HAND,
    "step_down": Act.STEP_DOWN,
    "mute_all": Act.MUTE_OTHERS,
    "lock": Act.MUTE_OTHERS,
    "accept_request": Act.ANSWER_REQUESTS,
    "decline_request": Act.ANSWER_REQUESTS,
    "invite": Act.INVITE,
    "uninvite": Act.INVITE,
    "mute": Act.MUTE_OTHERS,
    "lower_hand": Act.MUTE_OTHERS,
    "move": Act.MOVE_TO_LISTENERS,
    "remove": Act.REMOVE,
    "readmit": Act.REMOVE,
    "hand_over": Act.HAND_OVER,
    "say": Act.CHAT,
    "chat_mode": Act.MODERATE_CHAT,
    "delete_message": Act.DELETE_MESSAGE,
}
READS = {
    "requests": Act.ANSWER_REQUESTS,
    "log": Act.READ_LOG,
    "removed": Act.REMOVE,
    "guests": Act.REMOVE,
}
FIELDS = {  # valid for every command at once: what is refused is refused for the right
    "title": "New",
    "muted": "true",
    "raised": "true",
    "locked": "true",
    "open": "true",
    "paused": "true",
    "slow_mode": "10",
    "text": "Hello",
    "reason": "Because",
}
ROLES = ["host", "cohost", "speaker", "listener"]


def address(space: Space, name: str, whom: User) -> str:
    kwargs = {"space_id": space.public_id}
    if name in {route.name for route in urls.writes if "key" in str(route.pattern)}:
        kwargs["key"] = whom.key
    if name == "delete_message":
        kwargs["message_id"] = space.messages.get().pk
    return reverse(f"spaces:{name}", kwargs=kwargs)


def try_all(user: User | None, space: Space, names: Iterable[str], **client: Any) -> dict[str, Any]:
    """Each command as if it were the first: its status, and the code of its refusal."""
    sami = make_user()
    chat.say(space, author=space.host, text="Good evening")
    client = Client(**client)
    if user is not None:
        client.force_login(user)
    answers = {}
    for name in names:
        with transaction.atomic():
            answer = client.post(address(space, name, sami), FIELDS, headers=JSON)
            transaction.set_rollback(True)
        said = answer.json() if answer.headers.get("content-type") == "application/json" else {}
        answers[name] = (answer.status_code, said.get("code", ""))
    return answers


def test_the_table_of_these_tests_names_every_command():
    assert {route.name for route in urls.writes} == {*COMMANDS, "feedback", "guest"}


@pytest.mark.parametrize("role", ROLES)
def test_a_command_asks_the_rights_table(request, space, role):
    answers = try_all(request.getfixturevalue(role), space, COMMANDS)
    refused = {name for name, (_, code) in answers.items() if code == "not_allowed"}
    assert refused == {name for name, act in COMMANDS.items() if act not in MAY[role]}
    assert {status for status, _ in answers.values()} <= {204, 403, 404, 409}


@pytest.mark.parametrize("role", ROLES)
def test_only_hosts_read_what_is_for_hosts(request, client, space, role):
    client.force_login(request.getfixturevalue(role))
    answers = {
        name: client.get(reverse(f"spaces:{name}", args=[space.public_id])) for name in READS
    }
    assert {name for name, answer in answers.items() if answer.status_code == 200} == {
        name for name, act in READS.items() if act in MAY[role]
    }
    assert {answer.status_code for answer in answers.values()} <= {200, 403}


@pytest.mark.parametrize("name", READS)
def test_signed_out_nobody_reads_what_is_for_hosts(client, space, name):
    answer = client.get(reverse(f"spaces:{name}", args=[space.public_id]))
    assert (answer.status_code, answer.json()["code"]) == (403, "signed_out")


def test_signed_out_nothing_is_done(space):
    answers = try_all(None, space, [*COMMANDS, "feedback"])
    assert set(answers.values()) == {(403, "signed_out")}


def test_who_was_removed_does_nothing(space, host, speaker):
    moderation.remove(space, user=speaker, by=host)
    assert set(try_all(speaker, space, COMMANDS).values()) == {(403, "removed")}


def test_a_forged_post_without_the_token_does_nothing(space, host):
    before = space.revision
    answers = try_all(host, space, [*COMMANDS, "feedback"], enforce_csrf_checks=True)
    space.refresh_from_db()
    assert set(answers.values()) == {(403, "page_too_old")}
    assert space.revision == before + 1  # the line that try_all says


def test_a_get_is_no_command(client, space, host):
    chat.say(space, author=host, text="Good evening")
    client.force_login(host)
    addresses = [address(space, name, make_user()) for name in [*COMMANDS, "feedback"]]
    assert {client.get(each).status_code for each in addresses} == {405}


def test_a_stale_tab_of_a_former_cohost_is_a_listeners(space, host, cohost):
    stage.move_to_listeners(space, user=cohost, by=host)
    answers = try_all(cohost, space, COMMANDS)
    refused = {name for name, (_, code) in answers.items() if code == "not_allowed"}
    assert refused == {name for name, act in COMMANDS.items() if act not in MAY[Role.LISTENER]}


def test_whoever_handed_over_ends_nothing(space, host, cohost):
    succession.hand_over(space, by=host, to=cohost)
    assert try_all(host, space, ["end"]) == {"end": (403, "not_allowed")}


def test_a_cohost_who_hosts_elsewhere_is_not_handed_the_space(space, host):
    busy = make_host()
    lifecycle.start(host=busy, title="Elsewhere")
    bring_up(space, busy, Role.COHOST)
    answer = post(host, space, f"people/{busy.key}/hand-over/")
    assert (answer.status_code, answer.json()["code"]) == (409, "hosts_elsewhere")
    assert permissions.role_of(space, Viewer(host)) == Role.HOST


@pytest.mark.integration
def test_a_flood_is_refused_and_logged_once_and_the_room_goes_on(
    redis_server, caplog, space, host, listener
):
    before = space.revision
    statuses = [post(listener, space, "mute-all/").status_code for _ in range(100)]
    assert Counter(statuses) == {403: 60, 429: 40}
    ours = [
        record.msg for record in caplog.records if record.name.startswith(("accounts.", "spaces."))
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
def test_chat_that_comes_too_fast_says_when_to_try_again(db, redis_server, space, listener):
    answers = [post(listener, space, "chat/", {"text": str(n)}) for n in range(9)]
    assert [answer.status_code for answer in answers] == [204] * 8 + [429]
    assert answers[-1].json()["message"].startswith("That was fast. Try again in ")
    assert Message.objects.count() == 8
