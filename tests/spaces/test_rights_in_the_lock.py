"""The rights of a command are checked once, and again in the lock only if the room changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from spaces.actions import stage
from spaces.actions.locks import NeverLocked, rights_confirmed
from spaces.models import Space
from tests.spaces.commands import post


def test_a_command_checks_rights_once_and_locks_once(space, host):
    with CaptureQueriesContext(connection) as asked:
        assert post(host, space, "lock/", {"locked": "true"}).status_code == 204
    statements = [query["sql"] for query in asked.captured_queries]
    admissions = [each for each in statements if 'FROM "spaces_removal"' in each]
    rows = [each for each in statements if '"spaces_space"."slow_mode"' in each]
    assert (len(admissions), len(rows)) == (1, 2)  # the view reads the Space, the lock once more


def test_rights_are_checked_again_when_the_room_changed_meanwhile(space, host, speaker):
    checks: list[int] = []
    here = Space.objects.get(pk=space.pk)
    with rights_confirmed(here, lambda: checks.append(here.revision)):
        stage.set_microphone(space, user=speaker, muted=False, by=speaker)
        stage.mute_all(here, by=host)
    assert checks == [2, 3]


def test_an_action_does_nothing_once_its_rights_are_gone(space, host):
    here = Space.objects.get(pk=space.pk)

    def check() -> None:
        if here.revision > 1:
            raise PermissionError

    with pytest.raises(PermissionError), rights_confirmed(here, check):
        stage.lock_microphones(space, locked=True, by=host)
        stage.lock_microphones(here, locked=False, by=host)
    space.refresh_from_db()
    assert space.microphones_locked


def test_what_follows_from_an_action_is_not_held_to_its_rights(space, host):
    """Who hands over may not be a host any more when what follows locks the Space."""
    checks: list[int] = []
    with rights_confirmed(space, lambda: checks.append(1)):
        stage.lock_microphones(space, locked=True, by=host)
        stage.lock_microphones(space, locked=False, by=host)
    assert checks == [1]


def test_a_command_that_locks_nothing_is_an_error(space):
    with pytest.raises(NeverLocked), rights_confirmed(space, lambda: None):
        pass
