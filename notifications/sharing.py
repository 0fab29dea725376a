"""Share the results of queries among the deliveries of a chunk, which often are about the same
thing, e.g. the reminders for one Space."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_results: ContextVar[dict[Any, Any] | None] = ContextVar("results", default=None)


@contextmanager
def sharing() -> Iterator[None]:
    """Inside this block, call each shared function only once with the same arguments. Use it only
    while one chunk is composed, so that the results don't become outdated."""
    token = _results.set({})
    try:
        yield
    finally:
        _results.reset(token)


def shared(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Decorate a function whose result depends only on its (hashable, positional) arguments.
    Outside of `sharing` it is called each time."""

    @wraps(function)
    def call(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        results = _results.get()
        if results is None:
            return function(*args, **kwargs)
        key = (function, args)
        if key not in results:
            results[key] = function(*args, **kwargs)
        result: Result = results[key]
        return result

    return call
