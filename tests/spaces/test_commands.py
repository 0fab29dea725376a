"""Every command, in every role: who may not is refused on the server, whatever the page shows."""

import pytest
from django.urls import reverse

from spaces import urls
from spaces.actions import chat, moderation, stage, succession
from spaces.models import Role
from spaces.permissions import MAY
from tests.factories import make_user
from tests.spaces.commands import COMMANDS, READS, address, try_all

ROLES = ["host", "cohost", "speaker", "listener"]


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
