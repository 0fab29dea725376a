"""Tasks for the worker. They look up in the database what to do, so each may run any number of
times, at the same time, or never.

A task that did not finish its work in time queues itself again, behind the tasks that are waiting:
a chain of tasks. At most settings.NOTIFICATION_TASKS chains exist per channel. If a worker dies,
its chain ends, and the next sweep starts another one.
"""

import secrets

import structlog
from celery import Task, shared_task
from django.conf import settings
from django.core.cache import cache

from notifications import channels, digest, expansion, retention, sending, sweeping

CHAIN_LIFETIME = 20  # seconds; a chain counts as dead if its last task began longer ago
EXPANSION = "expansion"  # the name of the chain that expands broadcasts

log = structlog.get_logger(__name__)


@shared_task
def sweep() -> None:
    log.info("retention_swept", app="notifications", **retention.sweep())


@shared_task
def sweep_deliveries() -> None:
    """Close lost deliveries, and start chains for work that no task is doing."""
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
    if _keep_alive(chain):
        _continue_or_end(deliver, sending.send_due(channel), channel, chain)


@shared_task
def expand(chain: str) -> None:
    """Create the deliveries of broadcasts that are due."""
    if _keep_alive(chain):
        more = expansion.expand_due()
        start_sending()
        _continue_or_end(expand, more, chain)


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


def _keep_alive(chain: str) -> bool:
    """Renew the chain's lifetime; return False if it counted as dead and was replaced."""
    name, _, owner = chain.rpartition(":")
    if not cache.add(_key(name), owner, CHAIN_LIFETIME) and cache.get(_key(name)) != owner:
        return False
    cache.set(_key(name), owner, CHAIN_LIFETIME)
    return True


def _continue_or_end(task: "Task[..., None]", more: bool, *arguments: str) -> None:
    if more:
        task.delay(*arguments)
    else:
        cache.delete(_key(arguments[-1].rpartition(":")[0]))


def _key(name: str) -> str:
    return f"notifications:chain:{name}"
