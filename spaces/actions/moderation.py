"""Keeping a Space safe: removing people, letting them back, and the log of what hosts did."""

from django.db.models import CharField, Q, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat

from accounts.models import User
from core import person_keys, shared_clock
from core.refusals import Refusal
from spaces.actions import stage
from spaces.actions.locks import lock_space
from spaces.models import Outcome, Removal, Role, RoomEvent, Space
from spaces.room import cool_down
from spaces.room.audio_reconcile import request_reconcile
from spaces.room.events import Durable, Logged, Readmitted, Removed
from spaces.room.publish import publish

REASON_LENGTH = 200
LOG_LINES = 500


def remove(space: Space, *, user: User, by: User, reason: str = "") -> None:
    """Out for this Space, on every path: stage, queue, socket, sound, and coming back.

    Removing twice is removing once. The host stays: a co-host who disagrees ends the Space.
    """
    if user == by:
        raise Refusal("not_yourself", "Leave the Space instead.", status=403)
    networks = cool_down.networks_of(space, user.key)  # before the turn: Redis may be slow
    with lock_space(space):
        if space.stage.on_stage().filter(user=user, role=Role.HOST).exists():
            words = "The host can't be removed from their own Space."
            raise Refusal("host_stays", words, status=403)
        if _put_out(space, user.key, by=by, reason=reason, networks=networks):
            stage.vacate(space, user)
            space.invitations.filter(user=user).delete()
            space.requests.filter(user=user, outcome=Outcome.OPEN).delete()


def remove_guest(space: Space, *, key: str, by: User, reason: str = "") -> None:
    """Out for this Space, for as long as the guest's browser keeps its session; and nobody joins
    as a new guest from the same network for a while (`spaces.room.cool_down`)."""
    networks = cool_down.networks_of(space, key)
    with lock_space(space):
        _put_out(space, key, by=by, reason=reason, networks=networks)


def readmit(space: Space, *, key: str, by: User) -> None:
    """Let someone back in, who then comes by themselves."""
    with lock_space(space):
        deleted, _ = Removal.objects.filter(space=space, viewer_key=key).delete()
        if not deleted:
            raise Refusal("not_removed", "This person can already join.")
        publish(space, Readmitted(who=key, by=by.key), actor=by)


def log(space: Space) -> list[RoomEvent]:
    """Who did what to whom, when and why; the newest first.

    What people do to themselves is left out before the lines are counted: nobody pushes a removal
    out of the log by tapping their own microphone.
    """
    logged = {each.kind: each.logged for each in Durable.__subclasses__() if each.logged}
    of_both = [kind for kind, when in logged.items() if when is Logged.TO_ANOTHER]
    actor = Concat(Value(person_keys.ACCOUNT), Cast("actor", CharField()), output_field=TextField())
    whom = Cast(KT("payload__who"), TextField())
    rows = space.journal.filter(kind__in=logged).alias(whom=whom)
    told = rows.exclude(Q(kind__in=of_both) & (Q(actor=None) | Q(whom=actor)))
    return list(told.select_related("actor").order_by("-revision")[:LOG_LINES])


def _put_out(space: Space, key: str, *, by: User, reason: str, networks: list[str]) -> bool:
    """While the Space is locked; return False if they were removed already."""
    row = {
        "removed_by": by,
        "at": shared_clock.now(),  # the cool-down that follows is judged by other processes
        "reason": reason,
        "networks": networks,  # also for when guests are let in later
    }
    _, created = Removal.objects.get_or_create(space=space, viewer_key=key, defaults=row)
    if created:
        publish(space, Removed(who=key, by=by.key), actor=by, note=reason)
        request_reconcile(space)
    return created
