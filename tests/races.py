"""Several at once, for real: threads with connections of their own."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection


def at_once(times: int, act: Callable[[int], object]) -> list[object]:
    """Run `act(number)` in so many threads, started together; what each returned or raised."""
    gate = Barrier(times)
    outcomes: list[object] = []

    def run(number: int) -> None:
        gate.wait()
        try:
            outcomes.append(act(number))
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[number]) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
