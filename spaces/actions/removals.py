"""Remove people from a Space, and readmit them."""

from accounts.models import User
from core import shared_clock
from core.refusals import Refusal
from spaces.actions import invitations, stage
from spaces.actions.locks import lock_space
from spaces.models import Outcome, Removal, Role, Space
from spaces.room import cool_down
from spaces.room.audio_reconcile import request_reconcile
from spaces.room.events import Readmitted, Removed
from spaces.room.publish import publish

REASON_LENGTH = 200


def remove(space: Space, *, user: User, by: User, reason: str = "") -> None:
    """Remove a person from the stage, the queue and the room, and keep them out of this Space.

    Idempotent. The host can't be removed; a co-host can end the Space instead.
    """
    if user == by:
        raise Refusal("not_yourself", "Leave the Space instead.", status=403)
    networks = cool_down.networks_of(space, user.key)  # before the lock, because Redis may be slow
    with lock_space(space):
        if space.participants.on_stage().filter(user=user, role=Role.HOST).exists():
            message = "The host can't be removed from their own Space."
            raise Refusal("host_stays", message, status=403)
        if _remove(space, user.key, by=by, reason=reason, networks=networks):
            stage.vacate(space, user)
            invitations.delete(space.invitations.filter(user=user))
            space.requests.filter(user=user, outcome=Outcome.OPEN).delete()


def remove_guest(space: Space, *, key: str, by: User, reason: str = "") -> None:
    """Remove a guest, and keep them out until their browser session ends. Like every removal, this
    starts a cool-down for new guests from the same network (`spaces.room.cool_down`)."""
    networks = cool_down.networks_of(space, key)
    with lock_space(space):
        _remove(space, key, by=by, reason=reason, networks=networks)


def readmit(space: Space, *, key: str, by: User) -> None:
    """Delete the removal of a person, so that they can join again."""
    with lock_space(space):
        deleted, _ = Removal.objects.filter(space=space, viewer_key=key).delete()
        if not deleted:
            raise Refusal("not_removed", "This person can already join.")
        publish(space, Readmitted(who=key, by=by.key), actor=by)


def _remove(space: Space, key: str, *, by: User, reason: str, networks: list[str]) -> bool:
    """Write the removal; return False if the person had already been removed. The caller must hold
    the Space's lock."""
    row = {
        "removed_by": by,
        "at": shared_clock.now(),  # other processes compare it with the same clock (cool-down)
        "reason": reason,
        "networks": networks,  # even while guests are refused, since they may be allowed later
    }
    _, created = Removal.objects.get_or_create(space=space, viewer_key=key, defaults=row)
    if created:
        publish(space, Removed(who=key, by=by.key), actor=by, note=reason)
        request_reconcile(space)
    return created
