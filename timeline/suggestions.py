"""People whom a member may want to follow, shown while nobody's posts are on their Home."""

from accounts import blocking
from accounts.models import Follow, User
from accounts.models.user import in_good_standing
from spaces.models import Space, State

MOST = 5
MAX_HOSTS = 100  # to choose from, so that a busy site doesn't make Home slow


def people_to_follow(reader: User) -> list[User]:
    """Return hosts of live and scheduled Spaces whom `reader` does not follow yet, those with the
    most followers first."""
    spaces = Space.objects.filter(state__in=(State.LIVE, State.SCHEDULED)).order_by("-pk")
    hosts = set(spaces.values_list("host_id", flat=True)[:MAX_HOSTS])
    hosts -= {reader.pk} | blocking.hidden_ids(reader)
    followed = Follow.objects.filter(follower=reader, followed__in=hosts).values("followed")
    found = User.objects.filter(in_good_standing(), pk__in=hosts).exclude(pk__in=followed)
    return list(found.order_by("-follower_count", "pk")[:MOST])
