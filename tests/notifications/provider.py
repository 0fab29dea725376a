"""A channel with a provider for tests: it records the messages that it accepts, or fails."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from accounts.models import User
from notifications.models import Delivery
from notifications.registry import Content

accepted: list[tuple[int, str]] = []  # (user id, text)
_answers: list[Exception | Callable[[Delivery], None]] = []
_lock = threading.Lock()


def send(user: User, content: Content, delivery: Delivery) -> None:
    with _lock:
        answer = _answers.pop(0) if _answers else None
    if isinstance(answer, Exception):
        raise answer
    if answer is not None:
        answer(delivery)
    with _lock:
        accepted.append((user.pk, content.text))


@contextmanager
def answering(*answers: Exception | Callable[[Delivery], None]) -> Iterator[None]:
    """Raise or call the answers, one per delivery; accept all further deliveries."""
    _answers[:] = answers
    yield
    _answers.clear()
