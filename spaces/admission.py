"""Admission: may this viewer be in this Space? The first rule in the settings that refuses wins.

It is checked for every socket, command and audio connection, and again on every reconnect. What a
viewer may read follows from it: `spaces.room.read_access`.
"""

from collections.abc import Callable, Iterator
from functools import cache

from django.conf import settings
from django.shortcuts import resolve_url
from django.utils.module_loading import import_string

from accounts.models import Block, User
from core.refusals import Refusal
from spaces.models import Guest, Removal, Space
from spaces.refusals import NotLive
from spaces.viewer import Viewer


class NotAdmitted(Refusal):
    """`help_url` is a page of this site on which the viewer can do something about it, or ""."""

    status = 403

    def __init__(self, code: str, message: str, *, help_url: str = "") -> None:
        super().__init__(code, message)
        self.help_url = help_url


class HasEnded(NotAdmitted):
    status = NotLive.status

    def __init__(self) -> None:
        super().__init__("not_live", "This Space has ended.")


class SignedOut(NotAdmitted):
    def __init__(self) -> None:
        sign_in = resolve_url(settings.LOGIN_URL)
        super().__init__("signed_out", "Sign in to listen to this Space.", help_url=sign_in)


class BlockedByHost(NotAdmitted):
    """Doesn't reveal who blocked them."""

    def __init__(self) -> None:
        super().__init__("blocked", "You can't join this Space.")


Rule = Callable[[Space, Viewer], NotAdmitted | None]


def refusal_of(space: Space, viewer: Viewer) -> NotAdmitted | None:
    """Return why this viewer may not be in this Space; None if they may."""
    return next(refusals(space, viewer), None)


def refusals(space: Space, viewer: Viewer) -> Iterator[NotAdmitted]:
    """Yield every refusal in the order of the rules, each checked only when it is asked for."""
    for rule in rules():
        if refusal := rule(space, viewer):
            yield refusal


def require(space: Space, viewer: Viewer) -> None:
    """Raise NotAdmitted if this viewer may not be in this Space."""
    if refusal := refusal_of(space, viewer):
        raise refusal


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(import_string(path) for path in settings.ADMISSION_RULES)


def signed_in_or_guest(space: Space, viewer: Viewer) -> NotAdmitted | None:
    if viewer.user is None and not (space.open_to_guests and has_joined(space, viewer)):
        return SignedOut()
    return None


def has_joined(space: Space, viewer: Viewer) -> bool:
    """Whether the guest joined this Space: a token is valid for all, each is joined by itself."""
    joined = Guest.objects.filter(space=space, viewer_key=viewer.key)
    return bool(viewer.guest) and joined.exists()


def not_suspended(space: Space, viewer: Viewer) -> NotAdmitted | None:
    account = viewer.account_id
    if account is not None and User.objects.closed_or_suspended().filter(pk=account).exists():
        page = resolve_url("safety:suspended")
        return NotAdmitted("suspended", "Your account is suspended.", help_url=page)
    return None


def not_blocked_by_host(space: Space, viewer: Viewer) -> NotAdmitted | None:
    """Nobody whom the host blocks, except a former host who lost their connection: they may return
    whoever stands in for them."""
    if viewer.account_id is None or viewer.account_id == space.host_before_id:
        return None
    if Block.objects.filter(blocker=space.host_id, blocked=viewer.account_id).exists():
        return BlockedByHost()
    return None


def room_is_open(space: Space, viewer: Viewer) -> NotAdmitted | None:
    if not space.is_live:
        return HasEnded()
    return None


def not_removed(space: Space, viewer: Viewer) -> NotAdmitted | None:
    if Removal.objects.filter(space=space, viewer_key__in=viewer.keys).exists():
        return NotAdmitted(
            "removed", "The host removed you from this Space. You can't come back to it."
        )
    return None
