"""Count reactions and announce them together, so that the cost does not grow with their number."""

from collections import Counter

from core.throttle import Throttle
from spaces.room.events import Reactions
from spaces.room.publish import announce

EMOJI = ("😂", "😲", "😢", "💜", "💯", "👏", "✊", "👍", "👎", "👋")
EVERY = 0.25  # seconds
NAMED = 12  # people in one announcement; pages show the emoji over their avatars


class ReactionCounter:
    """The reactions in one room since the last announcement, from this process's sockets."""

    def __init__(self, space_id: str) -> None:
        self.space_id = space_id
        self.counts: Counter[str] = Counter()
        self.people: dict[str, str] = {}  # person key -> emoji, in the order of arrival
        self.flush = Throttle(EVERY, self._announce)

    def add(self, key: str, emoji: str) -> None:
        self.counts[emoji] += 1
        if key in self.people or len(self.people) < NAMED:
            self.people[key] = emoji
        self.flush.request()

    async def _announce(self) -> None:
        event = Reactions(counts=dict(self.counts), sent_by=dict(self.people))
        self.counts.clear()
        self.people.clear()
        await announce(self.space_id, event)
