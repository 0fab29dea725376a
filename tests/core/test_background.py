"""Background work continues after failures, and ends even if it ignores the first cancellation."""

import asyncio

from core.background import end_all, forever


async def ignore_first_cancellation(seen: list[str]) -> None:
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        seen.append("swallowed")
    await asyncio.sleep(60)


async def test_a_swallowed_cancellation_is_repeated() -> None:
    seen: list[str] = []
    task = asyncio.create_task(ignore_first_cancellation(seen))
    await asyncio.sleep(0)
    await end_all([task])
    assert (task.cancelled(), seen) == (True, ["swallowed"])


async def test_ending_no_tasks_does_nothing() -> None:
    await end_all([])


async def test_work_that_fails_is_logged_and_repeated(monkeypatch, caplog) -> None:
    monkeypatch.setattr("core.background.PAUSE", 0)
    repeated = asyncio.Event()

    async def work() -> None:
        if caplog.records:
            repeated.set()
        raise ConnectionError

    task = asyncio.create_task(forever(work, failed="work_failed"))
    await repeated.wait()
    await end_all([task])
    assert caplog.records[0].msg["event"] == "work_failed"
    assert caplog.records[0].msg["loop"] == "work"
