"""Run several calls concurrently, in threads with their own database connections."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection


def run_concurrently(times: int, function: Callable[[int], object]) -> list[object]:
    """Run `function(number)` in threads that start together.

    Return the results or exceptions of the calls, in the order in which the calls end.
    """
    barrier = Barrier(times)
    outcomes: list[object] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            outcomes.append(function(number))
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
