"""Sinks, which record or transcribe, receive each voice separately and the mix."""

from itertools import pairwise

import numpy as np
import pytest

from audio.mixing.opus import FRAME, Pcm
from audio.plan import RoomPlan
from audio.sinks.attached import AttachedSinks
from audio.sinks.bounded import BoundedSink
from audio.sinks.interface import DecodedTick
from tests.audio.room import ANA, BEN
from tests.audio.sound import TICK, encode, sine, strength
from tests.audio.unheard_room import UnheardRoom

ANAS, BENS = 600, 1500  # Hz
SECONDS = 2.0
NOTHING = DecodedTick(0, {}, None)


class Broken:
    def __init__(self) -> None:
        self.calls = 0

    def take(self, tick: DecodedTick) -> None:
        self.calls += 1
        raise RuntimeError("The disk is full")


@pytest.fixture
def room():
    return UnheardRoom(RoomPlan("r", live=True, stage={ANA: False, BEN: False}))


def run(room: UnheardRoom, **tones: int) -> None:
    """Let these people send their tones for two seconds."""
    sent = {person: encode(sine(hz, seconds=SECONDS)) for person, hz in tones.items()}
    room.run(SECONDS, **sent)


def sound_of(ticks: list[DecodedTick], person: str) -> Pcm:
    silence = np.zeros(FRAME, np.float32)
    return np.concatenate([tick.voices.get(person, silence) for tick in ticks])


def test_a_sink_receives_each_voice_and_the_mix(room):
    sink = BoundedSink(max_ticks=1000)
    room.sinks.attach(sink)
    run(room, **{ANA: ANAS, BEN: BENS})
    ticks = sink.fetch()
    ana, ben = sound_of(ticks, ANA), sound_of(ticks, BEN)
    mixed = np.concatenate([tick.mixed for tick in ticks if tick.mixed is not None])
    assert strength(ana, ANAS) > -30 > -60 > strength(ana, BENS)
    assert strength(ben, BENS) > -30 > -60 > strength(ben, ANAS)
    assert min(strength(mixed, ANAS), strength(mixed, BENS)) > -30


def test_a_sink_receives_every_tick(room):
    sink = BoundedSink(max_ticks=1000)
    room.sinks.attach(sink)
    run(room, **{ANA: ANAS})
    stamps = [tick.timestamp for tick in sink.fetch()]
    assert len(stamps) == round(SECONDS / TICK)
    assert {(new - old) % 2**32 for old, new in pairwise(stamps)} == {FRAME}


def test_a_sink_receives_nothing_from_a_muted_person(room):
    sink = BoundedSink(max_ticks=1000)
    room.sinks.attach(sink)
    room.apply(RoomPlan("r", live=True, stage={ANA: True, BEN: False}))
    run(room, **{ANA: ANAS, BEN: BENS})
    heard = {person for tick in sink.fetch() for person in tick.voices}
    assert heard == {BEN}


def test_a_sink_receives_empty_ticks_from_a_silent_room(room):
    sink = BoundedSink(max_ticks=1000)
    room.sinks.attach(sink)
    run(room)
    assert {(len(tick.voices), tick.mixed) for tick in sink.fetch()} == {(0, None)}


def test_a_failing_sink_is_detached_and_the_others_continue(caplog):
    broken, healthy = Broken(), BoundedSink(max_ticks=10)
    sinks = AttachedSinks()
    for sink in (broken, healthy):
        sinks.attach(sink)
    for _ in range(3):
        sinks.send(NOTHING)
    assert (broken.calls, len(healthy.fetch()), len(sinks)) == (1, 3, 1)
    assert "sink_detached" in caplog.text


def test_a_detached_sink_receives_nothing():
    sink = BoundedSink(max_ticks=10)
    sinks = AttachedSinks()
    sinks.attach(sink)
    sinks.detach(sink)
    sinks.detach(sink)
    sinks.send(NOTHING)
    assert sink.fetch() == []


def test_a_full_sink_drops_the_oldest_ticks():
    sink = BoundedSink(max_ticks=2)
    for number in range(5):
        sink.take(DecodedTick(number, {}, None))
    assert [tick.timestamp for tick in sink.fetch()] == [3, 4]
    assert sink.dropped == 3
    assert sink.fetch() == []
