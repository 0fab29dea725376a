"""Every command, in every role: who may not is refused on the server, whatever the page shows."""

import pytest
from django.test import Client

from accounts.models import User
from spaces import chat, lifecycle, stage
from spaces.models import Invitation, Message, Removal, Space
from spaces.permissions import MAY, Act
from tests.cast import make_user

JSON = {"accept": "application/json"}


def post(user: User | None, space: Space, path: str, data: dict | None = None, **extra):
    client = Client()
    if user is not None:
        client.force_login(user)
    address = f"{space.get_absolute_url()}{path}"
    return client.post(address, data or {}, headers={**JSON, **extra})


COMMANDS = {
    "end/": Act.END,
    "details/": Act.EDIT_DETAILS,
    "microphone/": Act.SPEAK,
    "people/{key}/invite/": Act.INVITE,
    "people/{key}/uninvite/": Act.INVITE,
    "step-down/": Act.STEP_DOWN,
    "chat/{message}/delete/": Act.DELETE_MESSAGE,
}


@pytest.mark.parametrize("role", ["host", "cohost", "speaker", "listener"])
@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_asks_the_rights_table(request, space, path, role):
    user = request.getfixturevalue(role)
    message = chat.say(space, author=user, text="Hello")
    address = path.format(key=make_user().key, message=message.pk)
    data = {"title": "New", "muted": "true"}
    answer = post(user, space, address, data)
    assert (answer.status_code != 403) == (COMMANDS[path] in MAY[role])
    if answer.status_code == 403:
        assert answer.json()["code"] == "not_allowed"


@pytest.mark.parametrize("path", [*COMMANDS, "chat/", "invitation/accept/", "invitation/decline/"])
def test_signed_out_nothing_is_done(space, path):
    before = space.revision
    answer = post(None, space, path.format(key="u1", message=1), {"text": "Hi"})
    space.refresh_from_db()
    assert (answer.status_code, space.revision) == (302, before)


@pytest.mark.parametrize("path", ["end/", "chat/", "microphone/"])
def test_a_forged_post_without_the_token_is_refused(space, host, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(host)
    answer = client.post(f"{space.get_absolute_url()}{path}", {"text": "Hi", "muted": "false"})
    space.refresh_from_db()
    assert (answer.status_code, space.is_live, Message.objects.count()) == (403, True, 0)


def test_a_get_is_no_command(client, space, host):
    client.force_login(host)
    assert client.get(f"{space.get_absolute_url()}end/").status_code == 405


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


@pytest.mark.parametrize("key", ["u0", "u999999", "nobody", "g1", "u" + "9" * 40, "u1' OR 1=1"])
def test_nobody_is_not_invited(space, host, key):
    answer = post(host, space, f"people/{key}/invite/")
    assert answer.status_code == 404
    assert Invitation.objects.count() == 0


def test_who_was_removed_says_nothing(space, host, listener):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    answer = post(listener, space, "chat/", {"text": "I'm back"})
    assert (answer.status_code, answer.json()["code"]) == (403, "removed")


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
