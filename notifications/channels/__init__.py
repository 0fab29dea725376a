"""The ways to notify people. `settings.NOTIFICATION_CHANNELS` maps each name to a module with

    send(user, content, delivery) -> None    raises Retry, Permanent or Uncertain (errors.py)

and optionally

    reachable(user_ids) -> set[int]    the people whom it can reach (if it is missing: all of them)
    close()                            called at the end of each run, e.g. to disconnect

`send` runs in a worker, outside of a transaction, for one delivery at a time per run. A channel
that only writes to our database has another function instead of `send`:

    send_all(messages)    runs in the transaction that marks the deliveries as sent

settings.NOTIFICATION_RATES limits how much is sent through a channel by all workers.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings

from accounts.models import User
from notifications.models import Delivery
from notifications.registry import Content


@dataclass(frozen=True)
class Message:
    user: User
    content: Content
    delivery: Delivery


class Channel(Protocol):
    def send(self, user: User, content: Content, delivery: Delivery) -> None:
        """Hand the content over to the provider. Return only if the provider accepted it."""


def names() -> list[str]:
    return list(settings.NOTIFICATION_CHANNELS)


def find(name: str) -> Channel:
    return cast(Channel, _load(settings.NOTIFICATION_CHANNELS[name]))


def reachable(name: str, user_ids: Collection[int]) -> set[int]:
    """Return the people whom this channel can reach; nobody if the site does not have it."""
    if name not in settings.NOTIFICATION_CHANNELS:
        return set()
    find_reachable = getattr(find(name), "reachable", None)
    return set(find_reachable(user_ids) if find_reachable else user_ids)


@cache
def _load(path: str) -> Any:
    return import_module(path)
