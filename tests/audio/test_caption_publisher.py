"""Captions reach the application in order; while it fails, only the newest text of a line waits."""

import asyncio

import pytest

from audio.caption_publisher import MAX_PENDING, CaptionPublisher
from audio.events import CaptionLine, CaptionsState, Talkers


def line(name: str, text: str, *, final: bool = False) -> CaptionLine:
    return CaptionLine("rain", "u1", name, text, started=1.0, ended=2.0, final=final)


class Receiver:
    """An application that fails while `is_down`."""

    def __init__(self) -> None:
        self.received: list[CaptionLine | CaptionsState] = []
        self.is_down = False

    async def receive(self, caption: CaptionLine | CaptionsState) -> None:
        if self.is_down:
            raise OSError("The database is down")
        self.received.append(caption)


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def publisher(receiver):
    return CaptionPublisher(receiver.receive)


async def run_until_idle(publisher: CaptionPublisher) -> None:
    running = asyncio.create_task(publisher.run())
    while publisher._pending and not running.done():
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])
    if not running.cancelled():
        running.result()


async def test_captions_are_passed_on_in_order_and_other_events_are_not(publisher, receiver):
    state, words = CaptionsState("rain", "ok"), line("1", "It was")
    for event in (state, Talkers("rain", ("u1",)), words):
        publisher.enqueue(event)
    await run_until_idle(publisher)
    assert receiver.received == [state, words]


async def test_a_newer_text_replaces_the_one_that_waits(publisher, receiver):
    for text in ("It", "It was", "It was the"):
        publisher.enqueue(line("1", text))
    publisher.enqueue(line("2", "Best"))
    await run_until_idle(publisher)
    assert [each.text for each in receiver.received] == ["It was the", "Best"]


async def test_a_caption_that_fails_is_tried_again_unless_a_newer_one_replaces_it(
    publisher, receiver
):
    receiver.is_down = True
    publisher.enqueue(line("1", "It"))
    publisher.enqueue(line("2", "Best"))
    with pytest.raises(OSError, match="down"):
        await run_until_idle(publisher)
    publisher.enqueue(line("1", "It was", final=True))
    receiver.is_down = False
    await run_until_idle(publisher)
    assert [each.text for each in receiver.received] == ["It was", "Best"]


async def test_the_oldest_captions_are_dropped_when_too_many_wait(publisher, receiver):
    for number in range(MAX_PENDING + 2):
        publisher.enqueue(line(str(number), "It"))
    await run_until_idle(publisher)
    assert receiver.received[0].line == "2"
    assert len(receiver.received) == MAX_PENDING
