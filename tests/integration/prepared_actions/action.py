"""The type of a prepared action, which is still to be run."""

from collections.abc import Callable

Action = Callable[[], object]
