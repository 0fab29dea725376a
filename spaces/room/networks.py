"""The networks of the people in a room, for the cool-down after a removal (cool_down.py).

Redis has one hash table per room, which maps a viewer's key to keyed hashes of the viewer's latest
networks. People who left stay in the table for as long as other people are in the room. The table
is deleted when the Space ends, and expires if nobody renews it.
"""

from collections.abc import Iterable

import redis
from redis.asyncio.client import Pipeline

from core import redis_clients

LIFETIME = 40  # seconds without a renewal; twice the lease of presence
MAX_NETWORKS = 8  # networks per person

# KEYS: the table. ARGV: LIFETIME, MAX_NETWORKS, then the key and network of each socket's viewer.
_REMEMBER = """
for place = 3, #ARGV, 2 do
  local viewer, network = ARGV[place], ARGV[place + 1]
  local known = redis.call('HGET', KEYS[1], viewer) or ''
  if not string.find(known, network, 1, true) then
    local kept = {network}
    for each in string.gmatch(known, '%S+') do
      if #kept < tonumber(ARGV[2]) then table.insert(kept, each) end
    end
    redis.call('HSET', KEYS[1], viewer, table.concat(kept, ' '))
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
"""


def remember(pipe: Pipeline, space_id: str, seen: Iterable[tuple[str, str]]) -> None:
    """Store pairs of a viewer's key and a network's hash, and renew the table, when the pipeline
    is executed."""
    pairs = [part for viewer, network in seen if network for part in (viewer, network)]
    if pairs:
        pipe.eval(_REMEMBER, 1, _room(space_id), str(LIFETIME), str(MAX_NETWORKS), *pairs)


def networks_of(space_id: str, key: str) -> list[str]:
    """Return the hashes of this viewer's networks, the newest first; [] if Redis is unreachable."""
    try:
        known = redis_clients.shared().hget(_room(space_id), key)
    except redis.RedisError:
        return []
    return str(known or "").split()


def forget(space_id: str) -> None:
    """Delete the networks of a room. If Redis is unreachable, they expire instead."""
    try:
        redis_clients.shared().delete(_room(space_id))
    except redis.RedisError:
        return


def _room(space_id: str) -> str:
    return f"networks:{space_id}"
