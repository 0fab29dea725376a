"""Tasks for the worker. They look up in the database what is to do, so each may run any number of
times, at the same time, or never.

A task that was too short for its work queues itself again, behind the tasks that are waiting. At
most settings.NOTIFICATION_TASKS such chains exist per channel. If a worker dies, its chain ends,
and the next sweep starts another one.
"""

import secrets

import structlog
from celery import Task, shared_task
from django.conf import settings
from django.core.cache import cache

from notifications import channels, digest, expansion, retention, sending, sweeping

CHAIN_LIFETIME = 20  # seconds after its last task for which a chain counts as alive
EXPANSION = "expansion"  # the name of the chain that expands broadcasts

log = structlog.get_logger(__name__)


@shared_task
def sweep() -> None:
    log.info("retention_swept", app="notifications", **retention.sweep())


@shared_task
def sweep_deliveries() -> None:
    """Find what nobody works on (settings.CELERY_BEAT_SCHEDULE)."""
    closed = sweeping.sweep()
    if any(closed.values()):
        log.warning("deliveries_swept", **closed)
    start_expansion()
    start_sending()


@shared_task
def find_broadcasts() -> None:
    start_expansion()


@shared_task
def plan_digests() -> None:
    if planned := digest.plan_due():
        log.info("digests_planned", count=planned)


@shared_task
def deliver_single(channel: str) -> None:
    """Send the notifications of single people at once, without waiting for the next sweep."""
    if sending.send_due(channel, single_only=True):
        start_sending()


@shared_task
def deliver(channel: str, chain: str) -> None:
    if _continues(chain):
        _go_on(deliver, sending.send_due(channel), channel, chain)


@shared_task
def expand(chain: str) -> None:
    """Create the deliveries of broadcasts that are due."""
    if _continues(chain):
        more = expansion.expand_due()
        start_sending()
        _go_on(expand, more, chain)


def start_expansion() -> None:
    if sweeping.has_broadcast_to_expand():
        _start(expand, EXPANSION)


def start_sending() -> None:
    for channel in sweeping.channels_with_work(channels.names()):
        for number in range(settings.NOTIFICATION_TASKS):
            _start(deliver, f"{channel}:{number}", channel)


def _start(task: "Task[..., None]", name: str, *arguments: str) -> None:
    """Start a chain, unless one with this name is alive."""
    owner = secrets.token_hex(4)
    if cache.add(_key(name), owner, CHAIN_LIFETIME):
        task.delay(*arguments, f"{name}:{owner}")


def _continues(chain: str) -> bool:
    """Return False if this chain has counted as dead, and another one has its name."""
    name, _, owner = chain.rpartition(":")
    if not cache.add(_key(name), owner, CHAIN_LIFETIME) and cache.get(_key(name)) != owner:
        return False
    cache.set(_key(name), owner, CHAIN_LIFETIME)
    return True


def _go_on(task: "Task[..., None]", more: bool, *arguments: str) -> None:
    if more:
        task.delay(*arguments)
    else:
        cache.delete(_key(arguments[-1].rpartition(":")[0]))


def _key(name: str) -> str:
    return f"notifications:chain:{name}"
