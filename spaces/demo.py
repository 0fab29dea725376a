"""The demo's first Space: live, with a generated sound, so that one person alone hears it."""

from accounts.models import User
from spaces.actions import lifecycle
from spaces.models import Space, Topic

TITLE = "Rain on Lantern Street"


def open_demo_space() -> Space:
    """Ben's soundscape; running the demo twice finds it still live."""
    ben = User.objects.get(handle="ben")
    running = Space.objects.live().filter(host=ben).first()
    if running is not None:
        return running
    topics = Topic.objects.filter(slug__in=["cities", "music"])
    return lifecycle.start(
        host=ben, title=TITLE, topics=topics, open_to_guests=True, soundscape=True
    )
