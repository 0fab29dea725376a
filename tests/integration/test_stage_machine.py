"""Random commands by random people, some at once, leave a Space in a consistent state."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from core.refusals import Refusal
from spaces.actions import lifecycle, succession
from spaces.models import SEATS, STAGE_SEATS, Outcome, Participant, Role, Space, Topic
from spaces.room.snapshot import build
from tests.concurrency import run_concurrently
from tests.factories import make_host, make_space, put_on_stage
from tests.integration.room_commands import (
    ANSWERS,
    BEFORE,
    COMMANDS_ABOUT_ONE,
    PEOPLE,
    TO_ANOTHER,
    Command,
    command,
    person,
)
from tests.reducer import replay


class Stage(RuleBasedStateMachine):
    people: list[User]
    busy: User  # hosts another Space during the test

    @initialize()
    def begin(self) -> None:
        self.space = make_space(self.people[0])
        self.first = build(self.space)
        put_on_stage(self.space, self.busy, Role.COHOST)
        for speaker in self.people[1 : len(SEATS[Role.SPEAKER])]:
            put_on_stage(self.space, speaker)

    @rule(chosen=command)
    def one_person_acts(self, chosen: Any) -> None:
        self.start_again_if_it_ended()
        assert self.act(*chosen) in ANSWERS

    @rule(chosen=st.lists(command, min_size=2, max_size=4))
    def several_act_at_once(self, chosen: list[Any]) -> None:
        self.start_again_if_it_ended()
        outcomes = run_concurrently(len(chosen), lambda number: self.act(*chosen[number]))
        assert set(outcomes) <= ANSWERS

    @rule(
        whom=person,
        before=st.sampled_from(BEFORE),
        chosen=st.lists(COMMANDS_ABOUT_ONE, min_size=2, max_size=4),
    )
    def several_commands_concern_one_person_at_once(
        self, whom: int, before: Command | None, chosen: list[Command]
    ) -> None:
        self.start_again_if_it_ended()
        if before is not None:
            self.act_on(whom, before)
        outcomes = run_concurrently(len(chosen), lambda number: self.act_on(whom, chosen[number]))
        assert set(outcomes) <= ANSWERS

    @rule(here=st.sets(person), seconds=st.sampled_from([0, 6, 61]), workers=st.integers(1, 2))
    def connections_are_lost_and_restored(self, here: set[int], seconds: int, workers: int) -> None:
        self.start_again_if_it_ended()
        away = Space.objects.get(pk=self.space.pk).host_away_at
        if away is not None:
            away -= timedelta(seconds=seconds)
            Space.objects.filter(pk=self.space.pk).update(host_away_at=away)
        keys = {self.people[number].key for number in here}

        def check(_: int) -> None:
            with suppress(Refusal):  # as spaces.actions.attendance does
                space = Space.objects.get(pk=self.space.pk)
                succession.update(space, keys, timezone.now())

        assert run_concurrently(workers, check) == [None] * workers

    @invariant()
    def the_stage_is_consistent(self) -> None:
        self.space.refresh_from_db()
        seated = list(Participant.objects.on_stage().filter(space=self.space).order_by("joined_at"))
        roles = [seat.role for seat in seated]
        assert [seat.user_id for seat in seated if seat.role == Role.HOST] == [self.space.host_id]
        assert roles.count(Role.COHOST) <= len(SEATS[Role.COHOST])
        assert len(roles) <= STAGE_SEATS
        assert len({seat.user_id for seat in seated}) == len(seated)

    @invariant()
    def removed_people_have_no_place(self) -> None:
        removed = set(self.space.removals.values_list("viewer_key", flat=True))
        assert not removed & (keys_of(self.on_stage) | keys_of(self.invited) | keys_of(self.asking))

    @invariant()
    def nobody_on_stage_requests_to_speak(self) -> None:
        assert not keys_of(self.on_stage) & keys_of(self.asking)

    @invariant()
    def every_event_has_the_next_revision(self) -> None:
        self.space.refresh_from_db()
        revisions = list(self.space.journal.values_list("revision", flat=True))
        assert revisions == list(range(1, self.space.revision + 1))

    @invariant()
    def the_snapshot_equals_the_tables(self) -> None:
        document = build(self.space)
        stage = [(seat["person"]["id"], seat["role"], seat["muted"]) for seat in document["stage"]]
        seats = self.on_stage.order_by("joined_at", "id").select_related("user")
        assert stage == [(seat.user.key, seat.role, seat.muted) for seat in seats]
        assert (document["rev"], document["space"]["host"]) == (
            self.space.revision,
            self.space.host.key,
        )

    def teardown(self) -> None:
        if not hasattr(self, "space"):
            return
        self.space.refresh_from_db()
        if self.space.is_live:
            lifecycle.end(self.space, by=None)
        self.compare_with_replay()

    def start_again_if_it_ended(self) -> None:
        """Rules have no preconditions, because draws must not depend on the outcome of a race."""
        if not self.space.is_live:
            self.compare_with_replay()
            self.begin()

    def act(self, who: int, what: Command, whom: int | None) -> int:
        """Post the command as this person (-1: the current host); return the response's status."""
        space = Space.objects.select_related("host").get(pk=self.space.pk)
        user = space.host if who < 0 else self.people[who]
        path, data = what
        target = f"people/{self.people[whom].key}/" if whom is not None else ""
        request = RequestFactory().post(
            f"{space.get_absolute_url()}{target}{path}", data, headers={"accept": JSON}
        )
        request.user = user
        view, arguments, keywords = resolve(request.path)
        return int(view(request, *arguments, **keywords).status_code)

    def act_on(self, whom: int, what: Command) -> int:
        """Let the person post the command for themselves, or let the host post it about them."""
        return self.act(-1, what, whom) if what in TO_ANOTHER else self.act(whom, what, None)

    def compare_with_replay(self) -> None:
        events = [row.frame() for row in self.space.journal.filter(revision__gt=1)]
        [replayed] = replay((self.first, events))
        assert comparable(replayed) == comparable(build(self.space))

    @property
    def on_stage(self) -> Any:
        return Participant.objects.on_stage().filter(space=self.space)

    @property
    def invited(self) -> Any:
        return self.space.invitations

    @property
    def asking(self) -> Any:
        return self.space.requests.filter(outcome=Outcome.OPEN)


JSON = "application/json"


def keys_of(rows: Any) -> set[str]:
    return {f"u{pk}" for pk in rows.values_list("user_id", flat=True)}


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out the time at which an absent host loses the Space, since the test changes it."""
    return {**document, "space": {**document["space"], "host_away_ends_at": None}}


@pytest.fixture
def machine(both_databases: str, settings: Any, caplog: Any) -> Callable[[], Stage]:
    caplog.set_level("ERROR")  # thousands of refusals would hide the message of a failure
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # unreachable, so that rates are not limited
    Topic.objects.get_or_create(slug="music", name="Music")  # earlier tests emptied the database
    people = [make_host() for _ in range(PEOPLE)]
    make_space(people[-1], title="Elsewhere")
    return type("StageOfTheTest", (Stage,), {"people": people, "busy": people[-1]})


def test_the_room_stays_consistent_under_random_commands(machine: Callable[[], Stage]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=12,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # races do not shrink
            suppress_health_check=list(HealthCheck),
        ),
    )
