"""Recognizer processes receive sound and return lines; sending never blocks, whatever they do."""

import asyncio
import os
import re
import signal
import time
import tracemalloc

import numpy as np
import pytest

from audio.clock import request_realtime
from audio.events import CaptionLine, CaptionsState
from audio.recognition import pool as pools
from audio.recognition.pool import Model, RecognizerPool

pytestmark = pytest.mark.integration

MODELS = "tests.audio.recognition.models"
PATIENCE = 30.0  # seconds
RATE = 48_000
BEGUN = 1_800_000_000.0  # seconds since 1970
SPEECH = (np.sin(np.arange(RATE // 10) / 10) * 8_000).astype(np.int16).tobytes()  # 100 ms
SILENCE = bytes(len(SPEECH))


class Opened:
    """A pool and the events that it emitted."""

    def __init__(self, model: str, size: int = 1) -> None:
        self.events: list[object] = []
        self.pool = RecognizerPool(Model(f"{MODELS}.{model}"), size, self.events.append)
        self.pool.start()

    def lines(self, person: str = "ana") -> list[CaptionLine]:
        lines = (each for each in self.events if isinstance(each, CaptionLine))
        return [each for each in lines if each.person == person]

    def states(self) -> list[str]:
        return [each.state for each in self.events if isinstance(each, CaptionsState)]

    async def wait_until(self, condition) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.01)

    async def wait_until_running(self) -> None:
        await self.wait_until(lambda: self.states()[-1:] == ["ok"])

    def say(self, voice, *chunks: bytes, at: float = BEGUN) -> None:
        for number, chunk in enumerate(chunks):
            self.pool.send(voice, at + number / 10, chunk)


@pytest.fixture
async def open_pool():
    opened = []

    def open_pool(model: str, size: int = 1) -> Opened:
        opened.append(Opened(model, size))
        return opened[-1]

    yield open_pool
    for each in opened:
        await each.pool.stop()


async def test_speech_becomes_an_interim_line_and_then_a_final_one(open_pool):
    opened = open_pool("Counting")
    voice = opened.pool.open("rain", "ana")
    await opened.wait_until_running()
    opened.say(voice, *[SPEECH] * 10)
    await opened.wait_until(opened.lines)
    interim = opened.lines()[-1]
    opened.say(voice, *[SPEECH] * 10, *[SILENCE] * 12, at=BEGUN + 1)
    await opened.wait_until(lambda: opened.lines()[-1].final)
    final = opened.lines()[-1]
    assert (interim.room, interim.final, final.line) == ("rain", False, interim.line)
    assert final.text.startswith("2.0 seconds")
    assert final.started == pytest.approx(BEGUN, abs=0.15)
    assert final.ended == pytest.approx(BEGUN + 2, abs=0.15)


async def test_what_is_said_while_the_model_loads_is_not_lost(open_pool, monkeypatch, tmp_path):
    monkeypatch.setenv("MAY_LOAD", str(tmp_path / "may load"))
    opened = open_pool("Late")
    voice = opened.pool.open("rain", "ana")
    assert opened.pool.processes[0].pid is not None  # it starts at the moment of consent
    opened.say(voice, *[SPEECH] * 50, *[SILENCE] * 12)
    await opened.wait_until(lambda: opened.states() == ["starting"])
    (tmp_path / "may load").touch()
    await opened.wait_until(lambda: opened.lines() and opened.lines()[-1].final)
    assert opened.lines()[-1].text.startswith("5.0 seconds")


async def test_hosts_are_notified_of_a_recognizer_that_fails_again_and_again(
    open_pool, monkeypatch
):
    monkeypatch.setattr(pools, "RESTART_AFTER", 0.01)
    monkeypatch.setattr(pools, "CHECK_EVERY", 0.01)
    opened = open_pool("Broken")
    opened.pool.open("rain", "ana")
    await opened.wait_until(lambda: opened.states() == ["starting", "down"])


async def test_the_state_is_repeated_for_those_who_missed_it(open_pool, monkeypatch):
    monkeypatch.setattr(pools, "REPEAT_EVERY", 0.0)
    opened = open_pool("Counting")
    opened.pool.open("rain", "ana")
    await opened.wait_until(lambda: opened.states()[-2:] == ["ok", "ok"])


async def test_a_pause_in_the_sound_does_not_shift_the_times_of_later_lines(open_pool):
    opened = open_pool("Counting")
    voice = opened.pool.open("rain", "ana")
    await opened.wait_until_running()
    opened.say(voice, *[SPEECH] * 5, *[SILENCE] * 12)
    await opened.wait_until(lambda: any(each.final for each in opened.lines()))
    opened.say(voice, *[SPEECH] * 5, *[SILENCE] * 12, at=BEGUN + 60)
    await opened.wait_until(lambda: sum(each.final for each in opened.lines()) == 2)
    second = [each for each in opened.lines() if each.final][1]
    assert second.started == pytest.approx(BEGUN + 60, abs=0.15)


async def test_voices_are_spread_over_the_processes_and_keep_their_people(open_pool):
    opened = open_pool("Counting", size=2)
    voices = {person: opened.pool.open("rain", person) for person in ("ana", "ben")}
    await opened.wait_until_running()
    opened.say(voices["ana"], *[SPEECH] * 10, *[SILENCE] * 12)
    opened.say(voices["ben"], *[SPEECH] * 20, *[SILENCE] * 12)
    texts = {}
    for person in voices:
        await opened.wait_until(lambda p=person: any(each.final for each in opened.lines(p)))
        texts[person] = opened.lines(person)[-1].text
    assert texts["ana"].startswith("1.0 seconds")
    assert texts["ben"].startswith("2.0 seconds")
    processes = {re.search(r"\d+$", text)[0] for text in texts.values()}
    assert processes == {str(each.pid) for each in opened.pool.processes}


async def test_a_finished_voice_gets_its_last_line_and_a_discarded_one_none(open_pool):
    opened = open_pool("Counting")
    voices = {person: opened.pool.open("rain", person) for person in ("ana", "ben")}
    await opened.wait_until_running()
    for voice in voices.values():
        opened.say(voice, *[SPEECH] * 3)
    opened.pool.discard(voices["ben"])
    opened.pool.finish(voices["ana"])
    await opened.wait_until(lambda: opened.lines() and opened.lines()[-1].final)
    await opened.wait_until(lambda: not opened.pool.processes[0].voices)
    assert opened.lines("ben") == []


async def test_a_killed_process_is_started_again_and_captions_come_back(open_pool):
    opened = open_pool("Counting")
    voice = opened.pool.open("rain", "ana")
    await opened.wait_until_running()
    opened.say(voice, *[SPEECH] * 10)
    await opened.wait_until(opened.lines)
    before = opened.lines()[-1].line
    os.kill(opened.pool.processes[0].pid, signal.SIGKILL)
    await opened.wait_until(lambda: opened.states()[-1] == "starting")
    await opened.wait_until_running()
    opened.say(voice, *[SPEECH] * 10)
    await opened.wait_until(lambda: opened.lines()[-1].line != before)


@pytest.mark.parametrize("model", ["Hanging", "Dying"])
async def test_sending_to_a_process_that_hangs_or_dies_does_not_block(open_pool, model):
    opened = open_pool(model)
    voice = opened.pool.open("rain", "ana")
    await opened.wait_until_running()
    began = time.monotonic()
    opened.say(voice, *[SPEECH] * 3_000)  # five minutes
    assert time.monotonic() - began < PATIENCE / 10  # a blocked call would never return
    await opened.wait_until(lambda: opened.states()[-1] != "ok")
    assert opened.lines() == []


@pytest.fixture
def realtime():
    """This thread has realtime scheduling, as in an audio process; needs CAP_SYS_NICE."""
    if request_realtime() != "rr":
        pytest.skip("the kernel refused realtime scheduling")
    yield
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


async def test_a_process_gives_up_realtime_scheduling_before_python_starts(
    open_pool, realtime, monkeypatch, tmp_path
):
    found = tmp_path / "policy"
    (tmp_path / "sitecustomize.py").write_text(  # Python runs this file before anything else
        f"import os; open({str(found)!r}, 'x').write(str(os.sched_getscheduler(0)))"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    opened = open_pool("Counting")
    opened.pool.open("rain", "ana")
    await opened.wait_until_running()
    assert os.sched_getscheduler(0) == os.SCHED_RR  # the audio process keeps it
    assert int(found.read_text()) == os.SCHED_OTHER


async def test_a_stopped_process_loses_sound_and_is_replaced(open_pool, monkeypatch):
    monkeypatch.setattr(pools, "HANGS_AFTER", 2.0)
    opened = open_pool("Counting")
    voice = opened.pool.open("rain", "ana")
    await opened.wait_until_running()
    stopped = opened.pool.processes[0].pid
    os.kill(stopped, signal.SIGSTOP)
    opened.say(voice, *[SPEECH] * 3_000)
    assert opened.pool.processes[0].dropped > 0
    await opened.wait_until(lambda: "behind" in opened.states())
    await opened.wait_until(lambda: opened.pool.processes[0].pid not in (None, stopped))
    await opened.wait_until_running()
    opened.say(voice, *[SPEECH] * 10)
    await opened.wait_until(opened.lines)


async def test_captions_come_back_after_a_process_hung(open_pool, monkeypatch, tmp_path):
    monkeypatch.setenv("HAS_HUNG", str(tmp_path / "has hung"))
    monkeypatch.setattr(pools, "HANGS_AFTER", 1.0)
    opened = open_pool("HangingOnce")
    voice = opened.pool.open("rain", "ana")
    await opened.wait_until_running()
    hung = opened.pool.processes[0].pid
    opened.say(voice, *[SPEECH] * 10)
    await opened.wait_until(lambda: opened.states()[-1] == "starting")  # hosts are notified
    await opened.wait_until(lambda: opened.pool.processes[0].pid not in (None, hung))
    opened.say(voice, *[SPEECH] * 10, *[SILENCE] * 12)
    await opened.wait_until(lambda: opened.lines() and opened.lines()[-1].final)
    await opened.wait_until_running()


async def test_half_an_hour_of_sound_for_a_stopped_process_takes_little_memory(open_pool):
    opened = open_pool("Counting")
    voices = [opened.pool.open("rain", person) for person in ("ana", "ben")]
    await opened.wait_until_running()
    os.kill(opened.pool.processes[0].pid, signal.SIGSTOP)
    opened.say(voices[0], *[SPEECH] * 1_000)  # now the queue is full
    tracemalloc.start()
    try:
        for voice in voices:
            opened.say(voice, *[SPEECH] * 18_000)
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()
    assert opened.pool.processes[0].dropped >= 36_000


async def test_a_stream_is_recognized_in_the_language_of_its_voice(open_pool):
    opened = open_pool("Counting")
    voices = {each: opened.pool.open("rain", each, each) for each in ("", "de", "yue")}
    for voice in voices.values():
        opened.say(voice, *[SPEECH] * 3)
        opened.pool.finish(voice)
    await opened.wait_until(lambda: not opened.pool.processes[0].voices)
    assert {each: opened.lines(each)[-1].language for each in voices} == {
        each: each for each in voices
    }


async def test_hosts_are_notified_while_recognition_is_behind(open_pool):
    opened = open_pool("Counting")
    voice = opened.pool.open("rain", "ana")
    await opened.wait_until_running()
    opened.say(voice, *[SPEECH] * 10, at=time.time() - 2 * pools.BEHIND)
    await opened.wait_until(lambda: opened.states()[-1] == "behind")
    while opened.states()[-1] != "ok":  # the process reports its progress once a second
        opened.say(voice, SPEECH, at=time.time())
        await asyncio.sleep(0.1)
