"""The kinds of notifications about live Spaces."""

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.locks import blockers
from accounts.models import Follow, User
from notifications.registry import EMAIL, PAGE, PUSH, Content, Kind
from notifications.sharing import shared
from spaces.models import Invitation, Role, Space

WENT_LIVE, INVITATION = "went_live", "invitation"


def live_subject(space: Space) -> str:
    return f"space:{space.public_id}"


def followers_of_host(subject: str, after: int, limit: int) -> list[tuple[int, int]]:
    """Return the next `limit` followers of the host, and of the former host if the host is a
    substitute, as pairs (id of the Follow, id of the follower), with Follows after the id `after`.

    People who follow both appear twice, and get one notification.
    """
    space = _live_space(subject)
    if space is None:
        return []
    hosts = [space.host_id, space.host_before_id]
    follows = Follow.objects.filter(followed__in=hosts, pk__gt=after).order_by("pk")
    return list(follows.values_list("pk", "follower_id")[:limit])


def went_live(subject: str, recipient: User) -> Content | None:
    space = _live_space(subject)
    if space is None or _is_notified_elsewhere(space, recipient):
        return None
    former = space.host_before
    if former is None:
        text = f"{space.host.name} is live: “{space.title}”"
    elif blockers(recipient, former):
        return None
    else:
        did = "started" if space.was_started_by_substitute else "is hosting"
        text = f"{space.host.name} {did} {former.name}’s Space: “{space.title}”"
    return Content(
        text=text,
        url=space.get_absolute_url(),
        title="Live now",
        actor=space.host,
    )


@shared
def _live_space(subject: str) -> Space | None:
    live = Space.objects.live().select_related("host", "host_before")
    return live.filter(public_id=_id(subject)).first()


def _is_notified_elsewhere(space: Space, user: User) -> bool:
    """Return whether a higher-level app notifies this person of the start
    (settings.NOTIFIED_OF_START), so that nobody is notified twice."""
    return any(import_string(path)(space, user) for path in settings.NOTIFIED_OF_START)


def invitation_subject(invitation: Invitation) -> str:
    return _subject_of_invitation(invitation, invitation.role)


def invitation_subjects(invitation: Invitation) -> list[str]:
    """Return the subjects of all notifications about this invitation; its role may have changed."""
    return [_subject_of_invitation(invitation, role) for role in (Role.SPEAKER, Role.COHOST)]


def _subject_of_invitation(invitation: Invitation, role: str) -> str:
    return f"invitation:{invitation.pk}:{role}"


def invited(subject: str, recipient: User) -> Content | None:
    pk, _, role = _id(subject).partition(":")
    waiting = Invitation.objects.filter(pk=pk, user=recipient, role=role)
    found = waiting.select_related("space", "invited_by").first()
    return describe_invitation(found) if found is not None and found.space.is_live else None


def describe_invitation(invitation: Invitation) -> Content:
    space, inviter = invitation.space, invitation.invited_by
    to = "host it together" if invitation.role == Role.COHOST else "speak"
    did = "accepted your request to" if invitation.accepts_request else "invites you to"
    title = "Your request was accepted" if invitation.accepts_request else "Invitation to the stage"
    return Content(
        text=f"{inviter.name} {did} {to}: “{space.title}”",
        url=space.get_absolute_url(),
        title=title,
        actor=inviter,
    )


def _id(subject: str) -> str:
    return subject.partition(":")[2]


KINDS = (
    Kind(
        name=WENT_LIVE,
        label="Someone I follow goes live",
        group="Spaces",
        channels={PAGE: True, PUSH: True, EMAIL: False},
        may_be_muted=True,
        compose=went_live,
        audience=followers_of_host,
    ),
    Kind(
        name=INVITATION,
        label="Someone invites me to the stage",
        group="Spaces",
        channels={PAGE: True, PUSH: True},
        urgent=True,
        compose=invited,
    ),
)
