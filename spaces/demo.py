"""The demo's live Space. Its sound is generated, so that even a single visitor hears something."""

from accounts.models import User
from spaces.actions import lifecycle
from spaces.models import Space, Topic

TITLE = "Rain on Lantern Street"


def open_demo_space() -> Space:
    """Return Ben's live Space; start one if none is live."""
    ben = User.objects.get(handle="ben")
    running = Space.objects.live().filter(host=ben).first()
    if running is not None:
        return running
    topics = Topic.objects.filter(slug__in=["cities", "music"])
    return lifecycle.start(
        host=ben, title=TITLE, topics=topics, open_to_guests=True, soundscape=True
    )
