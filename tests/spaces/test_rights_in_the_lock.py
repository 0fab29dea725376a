"""The rights of a command are checked once, and again in the lock only if the room changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from spaces.actions import stage
from spaces.actions.locks import NeverLocked, rights_confirmed
from spaces.models import Space
from tests.spaces.commands import post


def test_a_command_checks_rights_once_and_locks_once(space, host):
    with CaptureQueriesContext(connection) as queries:
        assert post(host, space, "lock/", {"locked": "true"}).status_code == 204
    statements = [query["sql"] for query in queries.captured_queries]
    admissions = [each for each in statements if 'FROM "spaces_removal"' in each]
    rows = [each for each in statements if '"spaces_space"."slow_mode"' in each]
    assert (len(admissions), len(rows)) == (1, 2)  # once by the view, once by the lock


def test_rights_are_checked_again_if_the_room_changed(space, host, speaker):
    checks: list[int] = []
    here = Space.objects.get(pk=space.pk)
    with rights_confirmed(here, lambda: checks.append(here.revision)):
        stage.set_microphone(space, user=speaker, muted=False, by=speaker)
        stage.mute_all(here, by=host)
    assert checks == [2, 3]


def test_an_action_does_nothing_if_its_rights_were_lost(space, host):
    here = Space.objects.get(pk=space.pk)

    def check() -> None:
        if here.revision > 1:
            raise PermissionError

    with pytest.raises(PermissionError), rights_confirmed(here, check):
        stage.lock_microphones(space, locked=True, by=host)
        stage.lock_microphones(here, locked=False, by=host)
    space.refresh_from_db()
    assert space.microphones_locked


def test_follow_up_actions_need_no_rights_of_their_own(space, host):
    """After a handover, for example, the actor is no longer a host when the follow-up runs."""
    checks: list[int] = []
    with rights_confirmed(space, lambda: checks.append(1)):
        stage.lock_microphones(space, locked=True, by=host)
        stage.lock_microphones(space, locked=False, by=host)
    assert checks == [1]


def test_a_command_that_never_locks_raises_an_error(space):
    with pytest.raises(NeverLocked), rights_confirmed(space, lambda: None):
        pass
