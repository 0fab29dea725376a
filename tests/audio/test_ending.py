"""Background tasks end, also those that do not listen at first."""

import asyncio

from spaces.audio.ending import end_all


async def deaf_to_the_first_word(heard: list[str]) -> None:
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        heard.append("swallowed")
    await asyncio.sleep(60)


async def test_a_swallowed_cancellation_is_said_again() -> None:
    heard: list[str] = []
    task = asyncio.create_task(deaf_to_the_first_word(heard))
    await asyncio.sleep(0)
    await end_all([task])
    assert (task.cancelled(), heard) == (True, ["swallowed"])


async def test_nothing_to_end_is_no_work() -> None:
    await end_all([])
