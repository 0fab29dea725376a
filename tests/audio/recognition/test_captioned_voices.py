"""A room sends the recognizers the voices of people who consented, and no other voice."""

import asyncio
from dataclasses import replace

import pytest

from audio.events import CaptionLine, CaptionsState
from audio.plan import RoomPlan
from audio.recognition.pool import Model, RecognizerPool
from tests.audio.room import ANA, BEN
from tests.audio.sound import encode, sine
from tests.audio.unheard_room import UnheardRoom

pytestmark = pytest.mark.integration

PATIENCE = 30.0  # seconds
COUNTING = Model("tests.audio.recognition.models.Counting")
PLAN = RoomPlan("rain", live=True, stage={ANA: False, BEN: False}, captioned=frozenset({ANA}))
BOTH = replace(PLAN, captioned=frozenset({ANA, BEN}))
NOBODY = replace(PLAN, captioned=frozenset())


class Talk:
    """A room in which Ana and Ben talk at the same time, and what was recognized there."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self.pool = RecognizerPool(COUNTING, 1, self.events.append)
        self.pool.start()
        self.room = UnheardRoom(PLAN, self.pool)

    def run(self, seconds: float, *, talking: bool = True, people=(ANA, BEN)) -> None:
        sound = encode(sine(600, seconds=seconds)) if talking else []
        self.room.run(seconds, **(dict.fromkeys(people, sound) if talking else {}))

    @property
    def lines(self) -> list[CaptionLine]:
        return [each for each in self.events if isinstance(each, CaptionLine)]

    def lines_of(self, person: str) -> list[CaptionLine]:
        return [line for line in self.lines if line.person == person]

    async def wait_until(self, condition) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.01)


@pytest.fixture
async def talk():
    talk = Talk()
    await talk.wait_until(lambda: CaptionsState("rain", "ok") in talk.events)
    yield talk
    await talk.pool.stop()


async def test_only_people_who_consented_are_recognized(talk):
    talk.run(2.0)
    talk.run(1.5, talking=False)
    await talk.wait_until(lambda: any(line.final for line in talk.lines))
    assert {line.person for line in talk.lines} == {ANA}
    assert 1.5 < float(talk.lines[-1].text.split()[0]) < 2.5


async def test_withdrawn_consent_stops_recognition_in_the_middle_of_a_word(talk):
    talk.run(2.0)
    talk.room.apply(NOBODY)
    talk.run(2.0)
    assert talk.pool.processes[0].voices == set()
    assert not talk.room.sinks
    talk.room.apply(PLAN)
    talk.run(1.0)
    talk.run(1.5, talking=False)
    await talk.wait_until(lambda: any(line.final for line in talk.lines))
    assert float(talk.lines[-1].text.split()[0]) < 1.5  # nothing from before is in it


async def test_the_last_words_of_a_person_who_leaves_the_stage_are_recognized(talk):
    talk.run(1.0)
    talk.room.apply(replace(PLAN, stage={BEN: False}))
    await talk.wait_until(lambda: any(line.final for line in talk.lines))
    await talk.wait_until(lambda: talk.pool.processes[0].voices == set())


async def test_the_last_words_before_the_end_of_a_space_are_recognized(talk):
    talk.run(1.0)
    talk.room.close("ended")
    await talk.wait_until(lambda: any(line.final for line in talk.lines))


async def test_people_who_talk_over_each_other_keep_their_names(talk):
    talk.room.apply(BOTH)
    talk.run(1.0)
    talk.run(1.0, people=[BEN])
    talk.run(1.5, talking=False)
    for person, seconds in ((ANA, 1.0), (BEN, 2.0)):
        await talk.wait_until(lambda who=person: any(line.final for line in talk.lines_of(who)))
        assert abs(float(talk.lines_of(person)[-1].text.split()[0]) - seconds) < 0.5


async def test_nothing_more_that_a_person_says_is_published_after_they_withdraw_consent(talk):
    talk.room.apply(BOTH)
    talk.run(2.0)
    talk.room.apply(replace(PLAN, captioned=frozenset({BEN})))
    before = len(talk.lines_of(ANA))
    talk.run(1.0)
    talk.run(1.5, talking=False)
    # The same process recognizes both, so it has read everything of Ana's by then.
    await talk.wait_until(lambda: any(line.final for line in talk.lines_of(BEN)))
    assert len(talk.lines_of(ANA)) == before


async def test_a_change_of_language_begins_a_new_line_and_loses_no_words(talk):
    talk.run(1.0)
    talk.room.apply(replace(PLAN, language="de"))
    talk.run(1.0)
    talk.run(1.5, talking=False)
    await talk.wait_until(lambda: sum(line.final for line in talk.lines) == 2)
    first, second = (line for line in talk.lines if line.final)
    assert (first.language, second.language, first.person, second.person) == ("", "de", ANA, ANA)
    spoken = sum(float(line.text.split()[0]) for line in (first, second))
    assert 1.5 < spoken < 2.3
