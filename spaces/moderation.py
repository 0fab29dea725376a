"""Keeping a Space safe: removing people, letting them back, and the log of what hosts did."""

from accounts.models import User
from accounts.refusals import Refusal
from spaces import stage
from spaces.audio.nudge import nudge
from spaces.live.events import Durable, Logged, Readmitted, Removed
from spaces.live.publish import publish
from spaces.models import Outcome, Removal, Role, RoomEvent, Space
from spaces.turns import turn

REASON_LENGTH = 200
LOG_LINES = 500


def remove(space: Space, *, user: User, by: User, reason: str = "") -> None:
    """Out for this Space, on every path: stage, queue, socket, sound, and coming back.

    Removing twice is removing once. The host stays: a co-host who disagrees ends the Space.
    """
    if user == by:
        raise Refusal("not_yourself", "Leave the Space instead.", status=403)
    with turn(space):
        if space.stage.on_stage().filter(user=user, role=Role.HOST).exists():
            words = "The host can't be removed from their own Space."
            raise Refusal("host_stays", words, status=403)
        if _put_out(space, user.key, by=by, reason=reason):
            stage.vacate(space, user)
            space.invitations.filter(user=user).delete()
            space.requests.filter(user=user, outcome=Outcome.OPEN).delete()


def remove_guest(space: Space, *, key: str, by: User, reason: str = "") -> None:
    """Out for this Space, for as long as the guest's browser keeps its session."""
    with turn(space):
        _put_out(space, key, by=by, reason=reason)


def readmit(space: Space, *, key: str, by: User) -> None:
    """Let someone back in, who then comes by themselves."""
    with turn(space):
        deleted, _ = Removal.objects.filter(space=space, viewer_key=key).delete()
        if not deleted:
            raise Refusal("not_removed", "This person may come in already.")
        publish(space, Readmitted(who=key, by=by.key), actor=by)


def log(space: Space) -> list[RoomEvent]:
    """Who did what to whom, when and why; the newest first."""
    logged = {each.kind: each.logged for each in Durable.__subclasses__() if each.logged}
    rows = space.journal.filter(kind__in=logged)
    newest = rows.select_related("actor").order_by("-revision")[:LOG_LINES]
    return [row for row in newest if logged[row.kind] is Logged.ALWAYS or _to_another(row)]


def _put_out(space: Space, key: str, *, by: User, reason: str) -> bool:
    """In a turn; whether they were not removed before."""
    _, created = Removal.objects.get_or_create(
        space=space, viewer_key=key, defaults={"removed_by": by, "reason": reason}
    )
    if created:
        publish(space, Removed(who=key, by=by.key), actor=by, note=reason)
        nudge(space)
    return created


def _to_another(row: RoomEvent) -> bool:
    return row.actor is not None and row.actor.key != row.payload.get("who")
