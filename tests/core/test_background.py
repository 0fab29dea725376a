"""Background work goes on whatever happens, and ends, also when it does not listen at first."""

import asyncio

from core.background import end_all, forever


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


async def test_work_that_fails_is_logged_and_done_again(monkeypatch, caplog) -> None:
    monkeypatch.setattr("core.background.PAUSE", 0)
    again = asyncio.Event()

    async def work() -> None:
        if caplog.records:
            again.set()
        raise ConnectionError

    task = asyncio.create_task(forever(work, failed="work_failed"))
    await again.wait()
    await end_all([task])
    assert caplog.records[0].msg["event"] == "work_failed"
    assert caplog.records[0].msg["loop"] == "work"
