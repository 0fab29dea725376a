"""Admission: whether this viewer may be in this Space.

`settings.ADMISSION_RULES` lists the rules; the first that refuses decides. Admission is checked for
every command, every audio connection and every socket of a room, so also after each reconnect. What
a viewer may read depends on admission, too (`spaces.room.read_access`).

When many viewers enter a Space at the same time, `admitted` finds most of those who are admitted,
with few queries: a rule may have a screening, which answers for many viewers at once.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, partial

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import resolve_url
from django.utils.module_loading import import_string

from accounts.blocking import blocked_among, blocks_by_id
from accounts.models import User
from core.prepared_queries import prepared
from core.refusals import Refusal
from spaces.models import Guest, Removal, Space
from spaces.refusals import REMOVED_BY_HOST, NotLive
from spaces.viewer import Viewer


class NotAdmitted(Refusal):
    """`help_url` is a page of this site where the viewer can solve the problem, or "". `remedy` are
    the words of the link to it: with them, the Space's page shows the outline and this link."""

    status = 403

    def __init__(self, code: str, message: str, *, help_url: str = "", remedy: str = "") -> None:
        super().__init__(code, message)
        self.help_url = help_url
        self.remedy = remedy


class IsNotLive(NotAdmitted):
    status = NotLive.status

    def __init__(self, state: str) -> None:
        super().__init__("not_live", NotLive(state).message)


class SignedOut(NotAdmitted):
    def __init__(self) -> None:
        sign_in = resolve_url(settings.LOGIN_URL)
        super().__init__("signed_out", "Sign in to listen to this Space.", help_url=sign_in)


class BlockedByHost(NotAdmitted):
    """The message doesn't reveal that the host blocked the viewer."""

    def __init__(self) -> None:
        super().__init__("blocked", "You can't join this Space.")


Rule = Callable[[Space, Viewer], NotAdmitted | None]
# Returns all of these viewers whom a rule might refuse, and perhaps others.
Screening = Callable[[Space, Sequence[Viewer]], Collection[Viewer]]

_screenings: dict[Rule, Screening] = {}


def screened_by(screening: Screening) -> Callable[[Rule], Rule]:
    """Let a screening answer for a rule, if many viewers enter a Space at the same time."""

    def remember(rule: Rule) -> Rule:
        _screenings[rule] = screening
        return rule

    return remember


def refusal_of(space: Space, viewer: Viewer) -> NotAdmitted | None:
    """Return the first refusal, or None if this viewer is admitted."""
    return next(refusals(space, viewer), None)


def refusals(space: Space, viewer: Viewer) -> Iterator[NotAdmitted]:
    """Yield every refusal in the order of the rules. Rules are evaluated lazily."""
    for rule in rules():
        if refusal := rule(space, viewer):
            yield refusal


def admitted(space: Space, viewers: Sequence[Viewer]) -> set[Viewer]:
    """Return viewers who are admitted. For the other viewers, only `refusal_of` knows the answer.

    A rule without a screening makes no viewer known as admitted."""
    left = set(viewers)
    for rule in rules():
        if left:
            left = left.difference(_suspects(rule, space, list(left)))
    return left


def _suspects(rule: Rule, space: Space, viewers: Sequence[Viewer]) -> Collection[Viewer]:
    screening = _screenings.get(rule)
    return screening(space, viewers) if screening else viewers


def require(space: Space, viewer: Viewer) -> None:
    """Raise the first refusal, if there is one."""
    if refusal := refusal_of(space, viewer):
        raise refusal


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(import_string(path) for path in settings.ADMISSION_RULES)


def _not_joined(space: Space, viewers: Sequence[Viewer]) -> set[Viewer]:
    guests = [viewer for viewer in viewers if viewer.user is None]
    if not guests or not space.open_to_guests:
        return set(guests)
    joined = set(_guests(space.pk, [viewer.key for viewer in guests]))
    return {viewer for viewer in guests if not viewer.guest or viewer.key not in joined}


@screened_by(_not_joined)
def signed_in_or_guest(space: Space, viewer: Viewer) -> NotAdmitted | None:
    if viewer.user is None and not (space.open_to_guests and has_joined(space, viewer)):
        return SignedOut()
    return None


def has_joined(space: Space, viewer: Viewer) -> bool:
    """Return whether the guest joined this Space. A guest has one token for all Spaces, but has to
    join each of them."""
    return bool(viewer.guest and _guests(space.pk, [viewer.key]))


@prepared
def _guests(space_id: int, keys: list[str]) -> "QuerySet[Guest, str]":
    found = Guest.objects.filter(space=space_id, viewer_key__in=keys)
    return found.values_list("viewer_key", flat=True)


def _with_account_in(
    viewers: Sequence[Viewer], found: Callable[[list[int]], Collection[int]]
) -> set[Viewer]:
    """Return the viewers whose account is among those that `found` returns for all accounts."""
    ids = sorted({each.account_id for each in viewers if each.account_id is not None})
    accounts = set(found(ids)) if ids else set()
    if not accounts:
        return set()
    return {viewer for viewer in viewers if viewer.account_id in accounts}


def _suspended_among(space: Space, viewers: Sequence[Viewer]) -> set[Viewer]:
    return _with_account_in(viewers, _suspended_accounts)


@screened_by(_suspended_among)
def not_suspended(space: Space, viewer: Viewer) -> NotAdmitted | None:
    if viewer.account_id is None:
        return None
    found = _suspended(viewer.account_id)
    if not found:
        return None
    if not found[0].is_active:
        sign_in = resolve_url(settings.LOGIN_URL)
        return NotAdmitted("suspended", "Your account is closed.", help_url=sign_in)
    page = resolve_url("safety:suspended")
    return NotAdmitted("suspended", "Your account is suspended.", help_url=page)


@prepared
def _suspended_accounts(ids: list[int]) -> "QuerySet[User, int]":
    found = User.objects.closed_or_suspended().filter(pk__in=ids)
    return found.values_list("pk", flat=True)


@prepared
def _suspended(account_id: int) -> QuerySet[User]:
    return User.objects.closed_or_suspended().filter(pk=account_id)


def _blocked_by_host(space: Space, viewers: Sequence[Viewer]) -> set[Viewer]:
    bound = [each for each in viewers if each.account_id != space.host_before_id]
    return _with_account_in(bound, partial(blocked_among, space.host_id))


@screened_by(_blocked_by_host)
def not_blocked_by_host(space: Space, viewer: Viewer) -> NotAdmitted | None:
    """Refuse people whom the host blocks. A former host who lost their connection is exempt: they
    may return even if the substitute host blocks them."""
    if viewer.account_id is None or viewer.account_id == space.host_before_id:
        return None
    if blocks_by_id(space.host_id, viewer.account_id):
        return BlockedByHost()
    return None


def _unless_live(space: Space, viewers: Sequence[Viewer]) -> Sequence[Viewer]:
    return () if space.is_live else viewers


@screened_by(_unless_live)
def room_is_open(space: Space, viewer: Viewer) -> NotAdmitted | None:
    if not space.is_live:
        return IsNotLive(space.state)
    return None


def _removed_among(space: Space, viewers: Sequence[Viewer]) -> set[Viewer]:
    removed = set(_removals(space.pk, sorted({key for each in viewers for key in each.keys})))
    return {viewer for viewer in viewers if viewer.keys & removed} if removed else set()


@screened_by(_removed_among)
def not_removed(space: Space, viewer: Viewer) -> NotAdmitted | None:
    if _removals(space.pk, sorted(viewer.keys)):
        return NotAdmitted("removed", REMOVED_BY_HOST)
    return None


@prepared
def _removals(space_id: int, keys: list[str]) -> "QuerySet[Removal, str]":
    found = Removal.objects.filter(space=space_id, viewer_key__in=keys)
    return found.values_list("viewer_key", flat=True)
