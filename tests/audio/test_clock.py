import asyncio
import gc
import weakref

from audio.clock import FRAME, WINDOW, Lateness, collect_garbage, run_ticks


def test_lateness_quantiles_are_rounded_up_to_a_bound_of_the_histogram() -> None:
    lateness = Lateness()
    for _ in range(98):
        lateness.add(0.0002, 1.0)
    lateness.add(0.008, 1.0)
    lateness.add(0.090, 1.0)

    assert [lateness.quantile(share) for share in (0.5, 0.99, 1.0)] == [0.5, 10.0, 100.0]
    assert {bound: count for bound, count in lateness.histogram.items() if count} == {
        "0.5": 98,
        "10": 1,
        "100": 1,
    }


def test_lateness_drops_values_older_than_two_windows() -> None:
    lateness = Lateness()
    lateness.add(0.5, 100.0)
    lateness.add(0.0, 101.0 + WINDOW)
    assert lateness.quantile(1.0) == 1000.0
    lateness.add(0.0, 102.0 + 2 * WINDOW)
    assert lateness.quantile(1.0) == 0.5


def test_lateness_without_values_is_the_lowest_bound() -> None:
    assert Lateness().quantile(0.99) == 0.5


async def test_ticks_do_not_come_too_early() -> None:
    ticks: list[float] = []
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def tick() -> None:
        ticks.append(loop.time())
        if len(ticks) == 10:
            done.set_result(None)

    began = loop.time()
    ticking = asyncio.create_task(run_ticks(tick, Lateness()))
    await done
    ticking.cancel()
    assert ticks[-1] - began >= 10 * FRAME - 0.001


def test_old_objects_are_frozen_until_the_node_is_idle() -> None:
    class Ring:
        def __init__(self) -> None:
            self.itself = self

    try:
        ring = weakref.ref(living := Ring())
        collect_garbage(idle=False)
        del living
        gc.collect()
        assert ring() is not None
        collect_garbage(idle=True)
        assert ring() is None
    finally:
        gc.unfreeze()
