"""May this viewer be in this Space? An ordered list of rules in settings; the first refusal wins.

The socket, the commands and the audio offer all ask, and it is asked again on every reconnect.
What one may read follows from it: `spaces.room.reading`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.shortcuts import resolve_url
from django.utils.module_loading import import_string

from accounts.models import Block, User
from core.refusals import Refusal
from spaces.models import Guest, Removal, Space
from spaces.refusals import NotLive
from spaces.viewer import Viewer


@dataclass(frozen=True)
class Refused:
    """`code` is stable; `message` says what happened and what to do next."""

    code: str
    message: str
    remedy_url: str = ""


@dataclass(frozen=True)
class Admitted:
    pass


Rule = Callable[[Space, Viewer], Refused | None]


def decide(space: Space, viewer: Viewer) -> Admitted | Refused:
    return next(refusals(space, viewer), Admitted())


def refusals(space: Space, viewer: Viewer) -> Iterator[Refused]:
    """In the order of the rules; a rule is asked only once the one before it is known."""
    for rule in rules():
        if refused := rule(space, viewer):
            yield refused


def require(space: Space, viewer: Viewer) -> None:
    """Raise the Refusal of whoever is not admitted."""
    decision = decide(space, viewer)
    if isinstance(decision, Refused):
        status = NotLive.status if decision.code == "not_live" else 403
        raise Refusal(decision.code, decision.message, status=status)


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(import_string(path) for path in settings.ADMISSION_RULES)


def signed_in_or_guest(space: Space, viewer: Viewer) -> Refused | None:
    if viewer.user is None and not (space.open_to_guests and has_joined(space, viewer)):
        door = resolve_url(settings.LOGIN_URL)
        return Refused("signed_out", "Sign in to listen to this Space.", door)
    return None


def has_joined(space: Space, viewer: Viewer) -> bool:
    """A guest's token is known to all Spaces; each is joined for itself (see `actions.guests`)."""
    joined = Guest.objects.filter(space=space, viewer_key=viewer.key)
    return bool(viewer.guest) and joined.exists()


def not_suspended(space: Space, viewer: Viewer) -> Refused | None:
    account = viewer.account_id
    if account is not None and User.objects.shut_out().filter(pk=account).exists():
        page = resolve_url("safety:suspended")
        return Refused("suspended", "Your account is suspended.", page)
    return None


def not_blocked_by_host(space: Space, viewer: Viewer) -> Refused | None:
    """Said without a name. Whoever lost the line while hosting comes back, whoever stands in."""
    if viewer.account_id is None or viewer.account_id == space.host_before_id:
        return None
    if Block.objects.filter(blocker=space.host_id, blocked=viewer.account_id).exists():
        return Refused("blocked", "You can't join this Space.")
    return None


def room_is_open(space: Space, viewer: Viewer) -> Refused | None:
    if not space.is_live:
        return Refused("not_live", "This Space has ended.")
    return None


def not_removed(space: Space, viewer: Viewer) -> Refused | None:
    if Removal.objects.filter(space=space, viewer_key__in=viewer.keys).exists():
        return Refused(
            "removed", "The host removed you from this Space. You can't come back to it."
        )
    return None
