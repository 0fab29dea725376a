"""Invitations and requests to speak."""

from accounts.models import User
from spaces.actions import invitations, requests
from spaces.models import Role, Space
from spaces.room.snapshot import ACCEPTANCES
from tests import factories
from tests.integration.prepared_actions.action import Action


def open_invitation(space: Space) -> User:
    person = factories.make_user()
    invitations.invite(space, by=space.host, user=person)
    return person


def invite(space: Space) -> Action:
    open_invitation(space)
    person = factories.make_user()
    return lambda: invitations.invite(space, by=space.host, user=person)


def withdraw(space: Space) -> Action:
    person = open_invitation(space)
    return lambda: invitations.withdraw(space, by=space.host, user=person)


def decline(space: Space) -> Action:
    person = open_invitation(space)
    return lambda: invitations.decline(space, user=person)


def accept(space: Space) -> Action:
    person = open_invitation(space)
    return lambda: invitations.accept(space, user=person)


def ask_to_speak(space: Space) -> Action:
    requests.ask(space, user=factories.make_user())
    person = factories.make_user()
    return lambda: requests.ask(space, user=person, reason="I know the tram")


def accept_a_request(space: Space) -> Action:
    person = factories.make_user()
    requests.ask(space, user=person)
    return lambda: requests.accept(space, user=person, by=space.host)


def accept_one_request_too_many(space: Space) -> Action:
    for _ in range(ACCEPTANCES):
        accept_a_request(space)()
    return accept_a_request(space)


def cancel_a_request(space: Space) -> Action:
    person = factories.make_user()
    requests.ask(space, user=person)
    return lambda: requests.cancel(space, user=person)


def join_the_stage_with_an_open_request(space: Space) -> Action:
    person = open_invitation(space)
    requests.ask(space, user=person)
    return lambda: invitations.accept(space, user=person)


def invite_a_speaker_to_be_cohost(space: Space) -> Action:
    person = open_invitation(space)
    open_invitation(space)
    return lambda: invitations.invite(space, by=space.host, user=person, role=Role.COHOST)


def become_cohost(space: Space) -> Action:
    speaker = factories.put_on_stage(space, factories.make_user())
    invitations.invite(space, by=space.host, user=speaker, role=Role.COHOST)
    return lambda: invitations.accept(space, user=speaker)


ACTIONS = [
    invite,
    withdraw,
    decline,
    accept,
    ask_to_speak,
    accept_a_request,
    accept_one_request_too_many,
    cancel_a_request,
    join_the_stage_with_an_open_request,
    invite_a_speaker_to_be_cohost,
    become_cohost,
]
