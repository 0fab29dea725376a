"""If an action runs at the same time as a removal, a change of roles or the end of the Space, the
later of the two respects the outcome of the earlier."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from core.refusals import Refusal
from spaces.actions import invitations, lifecycle, removals, requests, stage, succession
from spaces.actions.locks import lock_space
from spaces.models import Outcome, Role, Space
from spaces.refusals import NotLive
from tests.concurrency import run_concurrently
from tests.factories import make_space, make_user, put_on_stage, signed_in
from tests.spaces.commands import JSON

WAIT = 0.3  # seconds, at least, for which the first action holds the lock


@pytest.fixture
def space(both_databases: str) -> Space:
    return make_space()


@pytest.fixture
def invited(space: Space) -> User:
    invited = make_user("gus")
    invitations.invite(space, by=space.host, user=invited)
    return invited


def run_during(space: Space, first: Callable[[], None], then: Callable[[Space], None]) -> object:
    """Run `then` in a thread while `first` is not yet committed; return the outcome of `then`."""
    outcomes: list[object] = []

    def run() -> None:
        try:
            outcomes.append(then(Space.objects.get(pk=space.pk)))
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    with lock_space(space):
        first()
        thread = Thread(target=run)
        thread.start()
        thread.join(WAIT)
        assert thread.is_alive()
    thread.join()
    return outcomes[0]


def remove(space: Space, user: User) -> None:
    removals.remove(space, user=user, by=space.host)


def test_accepting_an_invitation_during_a_removal_fails(space, invited):
    outcome = run_during(
        space,
        lambda: remove(space, invited),
        lambda here: invitations.accept(here, user=invited),
    )
    assert (outcome, stage.on_stage(space, invited)) == ("no_invitation", False)


def test_taking_a_seat_during_a_removal_fails(space, invited):
    outcome = run_during(
        space, lambda: remove(space, invited), lambda here: put_on_stage(here, invited)
    )
    assert (outcome, stage.on_stage(space, invited)) == ("removed", False)


def test_a_removal_during_an_acceptance_ends_the_seat(space, invited):
    run_during(
        space,
        lambda: invitations.accept(space, user=invited),
        lambda here: remove(here, invited),
    )
    assert not stage.on_stage(space, invited)
    assert space.removals.get().viewer_key == invited.key


def test_requesting_to_speak_during_a_removal_fails(space, invited):
    outcome = run_during(
        space, lambda: remove(space, invited), lambda here: requests.ask(here, user=invited)
    )
    waiting = space.requests.filter(outcome=Outcome.OPEN).count()
    assert (outcome, waiting) == ("removed", 0)


def test_an_invitation_during_a_removal_fails(space):
    person = make_user()
    outcome = run_during(
        space,
        lambda: remove(space, person),
        lambda here: invitations.invite(here, by=here.host, user=person),
    )
    assert (outcome, space.invitations.count()) == ("removed", 0)


def test_a_person_who_just_became_host_cannot_be_removed(space):
    successor = put_on_stage(space, make_user(), Role.COHOST)
    host = space.host
    outcome = run_during(
        space,
        lambda: succession.hand_over(space, by=host, to=successor),
        lambda here: removals.remove(here, user=successor, by=host),
    )
    assert (outcome, space.removals.count()) == ("host_stays", 0)


def test_an_invitation_cannot_be_accepted_while_the_space_ends(space, invited):
    outcome = run_during(
        space,
        lambda: lifecycle.end(space, by=space.host),
        lambda here: invitations.accept(here, user=invited),
    )
    assert (outcome, stage.on_stage(space, invited)) == (NotLive().code, False)


def test_a_waiting_command_of_a_cohost_who_is_demoted_is_refused(space):
    cohost = put_on_stage(space, make_user(), Role.COHOST)
    browser = signed_in(cohost)
    outcome = run_during(
        space,
        lambda: stage.move_to_listeners(space, user=cohost, by=space.host),
        lambda here: mute_all(browser, here),
    )
    assert outcome == (403, "not_allowed")


def test_a_waiting_command_of_a_cohost_who_is_removed_is_refused(space):
    cohost = put_on_stage(space, make_user(), Role.COHOST)
    browser = signed_in(cohost)
    outcome = run_during(space, lambda: remove(space, cohost), lambda here: mute_all(browser, here))
    assert outcome == (403, "removed")


def mute_all(browser: Client, space: Space) -> tuple[int, str]:
    answer = browser.post(f"{space.get_absolute_url()}mute-all/", headers=JSON)
    return answer.status_code, answer.json()["code"]


def test_removed_people_are_off_the_stage_in_any_order_of_events(space):
    people = [make_user() for _ in range(5)]
    for invited in people:
        invitations.invite(space, by=space.host, user=invited)

    def act(number: int) -> None:
        here, invited = Space.objects.get(pk=space.pk), people[number // 2]
        if number % 2:
            removals.remove(here, user=invited, by=here.host)
        else:
            invitations.accept(here, user=invited)

    outcomes = run_concurrently(2 * len(people), act)
    assert {type(outcome).__name__ for outcome in outcomes} <= {"NoneType", "NoInvitation"}
    assert [seat.role for seat in space.participants.on_stage()] == [Role.HOST]
    assert space.removals.count() == len(people)
