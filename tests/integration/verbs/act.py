"""What a verb of these tests gives back: the act itself, still to be done."""

from collections.abc import Callable

Act = Callable[[], object]
