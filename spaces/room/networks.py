"""From which networks people are in a room, for the cool-down after a removal (cool_down.py).

Redis keeps keyed hashes alone, beside the leases of presence: a hash a room, from a viewer's key to
the newest networks of that viewer. Whoever has left the room is remembered for as long as others
are in it; the end of the Space, or a room that nobody renews, forgets all of them.
"""

from collections.abc import Iterable

import redis
import redis.asyncio

from core import redis_clients

LASTS = 40  # seconds without a renewal: two leases of presence
MOST = 8  # networks of one person

# KEYS: the room's networks. ARGV: LASTS, MOST, then a viewer's key and a network for each socket.
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


async def remember(
    client: "redis.asyncio.Redis", space_id: str, seen: Iterable[tuple[str, str]]
) -> None:
    """Note where viewers are, as pairs of a viewer's key and the hash of a network."""
    pairs = [part for viewer, network in seen if network for part in (viewer, network)]
    if pairs:
        await client.eval(_REMEMBER, 1, _room(space_id), str(LASTS), str(MOST), *pairs)


def networks_of(space_id: str, key: str) -> list[str]:
    """Where this viewer has been in the room, the newest first; nothing while Redis is away."""
    try:
        known = redis_clients.shared().hget(_room(space_id), key)
    except redis.RedisError:
        return []
    return str(known or "").split()


def forget(space_id: str) -> None:
    """While Redis is away, they expire instead."""
    try:
        redis_clients.shared().delete(_room(space_id))
    except redis.RedisError:
        return


def _room(space_id: str) -> str:
    return f"networks:{space_id}"
