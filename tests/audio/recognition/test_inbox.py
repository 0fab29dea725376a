"""The inbox keeps the newest seconds of each stream, and forgets what was said before a discard."""

import tracemalloc

import pytest

from audio.recognition.inbox import MAX_WAITING, SECOND, Inbox
from audio.recognition.messages import Kind, Request


def sound(stream: int, at: float) -> Request:
    return Request(Kind.SOUND, stream, at, bytes(SECOND))


def test_each_stream_keeps_its_newest_seconds():
    inbox = Inbox()
    for second in range(MAX_WAITING + 5):
        inbox.put(sound(1, second))
    inbox.put(sound(2, 0))
    assert (inbox.behind, inbox.lost) == (MAX_WAITING, 5.0)
    times = [request.at for request in inbox.take(0) if request.stream == 1]
    assert times == [float(second) for second in range(5, MAX_WAITING + 5)]
    assert (inbox.behind, inbox.take(0)) == (0.0, [])


def test_half_an_hour_of_sound_that_a_hanging_model_does_not_take_needs_bounded_memory():
    inbox, chunks = Inbox(), 30 * 60 * 10  # of 100 ms
    tracemalloc.start()
    try:
        for number in range(chunks):
            for stream in (1, 2):
                samples = bytes(SECOND // 10)
                inbox.put(Request(Kind.SOUND, stream, number / 10, samples))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    sound = 2 * MAX_WAITING * SECOND
    assert sound <= held <= 1.1 * sound
    assert inbox.lost == pytest.approx(2 * (30 * 60 - MAX_WAITING))


def test_sound_before_a_discard_is_forgotten_and_other_streams_are_not():
    inbox = Inbox()
    for stream in (1, 2):
        inbox.put(sound(stream, 0))
    inbox.put(Request(Kind.DISCARD, 1))
    assert [(each.kind, each.stream) for each in inbox.take(0)] == [
        (Kind.DISCARD, 1),
        (Kind.SOUND, 2),
    ]


def test_a_closed_inbox_returns_at_once():
    inbox = Inbox()
    inbox.close()
    assert inbox.take(timeout=60) == []
