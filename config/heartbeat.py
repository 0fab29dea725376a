"""Heartbeats: a key in Redis that expires when the process's main loop stops.

Workers and beat send a heartbeat every 2 s. It expires only after TTL, because a busy machine may
send the next one late. For processes on this machine, `read` also asks the kernel whether they
still exist. The value is how many seconds the process's clock is ahead of the clock of Redis.
"""

import os
import socket
import time
from pathlib import Path

import redis

from core import shared_clock

TTL = 10.0  # seconds
NAMESPACE = Path("/proc/self/ns/pid")  # on Linux, each container has its own process ids


def send(client: redis.Redis, kind: str, name: str) -> None:
    ahead = time.time() - shared_clock.seconds(client.time())
    with client.pipeline() as pipeline:
        pipeline.set(_key(kind, name), ahead, px=int(TTL * 1000))
        pipeline.sadd(_names(kind), name)
        pipeline.execute()


def stop(client: redis.Redis, kind: str, name: str) -> None:
    """Delete the heartbeat of a process that ends normally."""
    client.delete(_key(kind, name))


def read(client: redis.Redis, kind: str) -> dict[str, float]:
    """Return how many seconds each clock is ahead, by the names of the living processes."""
    names = sorted(map(str, client.smembers(_names(kind))))
    if not names:
        return {}
    found = zip(names, client.mget([_key(kind, name) for name in names]), strict=True)
    living = {name: float(ahead) for name, ahead in found if ahead is not None}
    if expired := set(names) - living.keys():
        client.srem(_names(kind), *expired)
    return {name: ahead for name, ahead in living.items() if _may_live(name)}


def name_of(pid: int) -> str:
    return f"{_this_machine()}:{pid}"


def _names(kind: str) -> str:
    return f"spaces:heartbeats:{kind}"


def _key(kind: str, name: str) -> str:
    return f"spaces:heartbeat:{kind}:{name}"


def _this_machine() -> str:
    """Return a name for this machine and process namespace, in which process ids are unique."""
    namespace = os.readlink(NAMESPACE) if NAMESPACE.is_symlink() else ""
    return f"{socket.gethostname()} {namespace}"


def _may_live(name: str) -> bool:
    where, _, pid = name.rpartition(":")
    if where != _this_machine():
        return True
    try:
        os.kill(int(pid), 0)  # signal 0 only checks that the process exists
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # the process exists, but belongs to another user
    return True
