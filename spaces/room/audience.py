"""Announce the listeners of a room: at most once a second, by one web process for all.

A process that has news, because somebody joined or left there, notes it in Redis. The first one
then holds a lease and announces the listeners of all processes until there is no more news. If it
dies, the lease expires, and the next process with news announces; each process has news when it
renews the leases of its people (`presence.RENEW_EVERY`).
"""

from uuid import uuid4

from redis.asyncio import Redis

from core import database
from core.sockets.frame import encode
from core.throttle import Throttle
from spaces.room import presence
from spaces.room.events import Audience
from spaces.room.publish import announce

EVERY = 1.0  # seconds
LEASE = 3.0  # seconds; must be longer than EVERY and a reading together

# KEYS: who announces, whether there is news. ARGV: this process, the milliseconds that a lease
# lasts, 1 if this process has news. Returns 1 if this process must announce the listeners now.
_CLAIM = """
if ARGV[3] == '1' then redis.call('SET', KEYS[2], '1', 'EX', 60) end
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
if redis.call('DEL', KEYS[2]) == 0 then
  redis.call('DEL', KEYS[1])
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""


class AudienceAnnouncer:
    """Announces the listeners of one room for this process."""

    def __init__(self, client: "Redis", space_id: str) -> None:
        self.last = ""  # the text of the last announcement, from any process
        self._redis = client
        self._space_id = space_id
        self._name = uuid4().hex
        self._has_news = False
        self._throttle = Throttle(EVERY, self._announce_if_claimed)

    def request(self) -> None:
        """Announce the listeners soon, because they may have changed."""
        self._has_news = True
        self._throttle.request()

    async def _announce_if_claimed(self) -> None:
        has_news, self._has_news = self._has_news, False
        names = (f"audience-announcer:{self._space_id}", f"audience-news:{self._space_id}")
        lease = int(LEASE * 1000)
        if not await self._redis.eval(_CLAIM, 2, *names, self._name, lease, int(has_news)):
            return
        self._throttle.request()  # look for the news of other processes, until there is none
        event = Audience(**await database.run(presence.audience, self._space_id))
        if encode(event.frame()) != self.last:
            await announce(self._space_id, event)
