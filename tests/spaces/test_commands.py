"""Every command in every role: the server refuses people without the right."""

import pytest
from django.urls import reverse

from spaces import urls
from spaces.actions import chat, removals, stage, succession
from spaces.models import Role
from spaces.permissions import MAY
from tests.factories import make_user
from tests.spaces.commands import COMMANDS, READS, address, try_all

ROLES = ["host", "cohost", "speaker", "listener"]


def test_the_table_of_commands_is_complete():
    assert {route.name for route in urls.writes} == {*COMMANDS, "feedback", "guest"}


@pytest.mark.parametrize("role", ROLES)
def test_commands_follow_the_table_of_rights(request, space, role):
    answers = try_all(request.getfixturevalue(role), space, COMMANDS)
    refused = {name for name, (_, code) in answers.items() if code == "not_allowed"}
    assert refused == {name for name, act in COMMANDS.items() if act not in MAY[role]}
    assert {status for status, _ in answers.values()} <= {204, 403, 404, 409}


@pytest.mark.parametrize("role", ROLES)
def test_only_hosts_can_read_host_data(request, client, space, role):
    client.force_login(request.getfixturevalue(role))
    answers = {
        name: client.get(reverse(f"spaces:{name}", args=[space.public_id])) for name in READS
    }
    assert {name for name, answer in answers.items() if answer.status_code == 200} == {
        name for name, act in READS.items() if act in MAY[role]
    }
    assert {answer.status_code for answer in answers.values()} <= {200, 403}


@pytest.mark.parametrize("name", READS)
def test_signed_out_visitors_cannot_read_host_data(client, space, name):
    answer = client.get(reverse(f"spaces:{name}", args=[space.public_id]))
    assert (answer.status_code, answer.json()["code"]) == (403, "signed_out")


def test_commands_from_signed_out_visitors_are_refused(space):
    answers = try_all(None, space, [*COMMANDS, "feedback"])
    assert set(answers.values()) == {(403, "signed_out")}


def test_commands_from_a_removed_person_are_refused(space, host, speaker):
    removals.remove(space, user=speaker, by=host)
    assert set(try_all(speaker, space, COMMANDS).values()) == {(403, "removed")}


def test_a_post_without_the_csrf_token_changes_nothing(space, host):
    before = space.revision
    answers = try_all(host, space, [*COMMANDS, "feedback"], enforce_csrf_checks=True)
    space.refresh_from_db()
    assert set(answers.values()) == {(403, "page_too_old")}
    assert space.revision == before + 1  # the message that try_all posts


def test_a_get_request_is_not_allowed_for_commands(client, space, host):
    chat.send(space, author=host, text="Good evening")
    client.force_login(host)
    addresses = [address(space, name, make_user()) for name in [*COMMANDS, "feedback"]]
    assert {client.get(each).status_code for each in addresses} == {405}


def test_a_former_cohost_has_only_the_rights_of_a_listener(space, host, cohost):
    stage.move_to_listeners(space, user=cohost, by=host)
    answers = try_all(cohost, space, COMMANDS)
    refused = {name for name, (_, code) in answers.items() if code == "not_allowed"}
    assert refused == {name for name, act in COMMANDS.items() if act not in MAY[Role.LISTENER]}


def test_a_former_host_cannot_end_the_space(space, host, cohost):
    succession.hand_over(space, by=host, to=cohost)
    assert try_all(host, space, ["end"]) == {"end": (403, "not_allowed")}
