"""Removing people from a Space, readmitting them, and the log of what hosts did."""

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
    """Remove a person from the stage, the queue and the room, and keep them out of this Space.

    Removing them again changes nothing. The host can't be removed: a co-host may end the Space.
    """
    if user == by:
        raise Refusal("not_yourself", "Leave the Space instead.", status=403)
    networks = cool_down.networks_of(space, user.key)  # before locking: Redis may be slow
    with lock_space(space):
        if space.stage.on_stage().filter(user=user, role=Role.HOST).exists():
            words = "The host can't be removed from their own Space."
            raise Refusal("host_stays", words, status=403)
        if _remove(space, user.key, by=by, reason=reason, networks=networks):
            stage.vacate(space, user)
            space.invitations.filter(user=user).delete()
            space.requests.filter(user=user, outcome=Outcome.OPEN).delete()


def remove_guest(space: Space, *, key: str, by: User, reason: str = "") -> None:
    """Remove a guest, and keep them out for as long as their browser keeps its session. For a
    while nobody joins as a new guest from the same network (`spaces.room.cool_down`)."""
    networks = cool_down.networks_of(space, key)
    with lock_space(space):
        _remove(space, key, by=by, reason=reason, networks=networks)


def readmit(space: Space, *, key: str, by: User) -> None:
    """Allow a removed person to join again."""
    with lock_space(space):
        deleted, _ = Removal.objects.filter(space=space, viewer_key=key).delete()
        if not deleted:
            raise Refusal("not_removed", "This person can already join.")
        publish(space, Readmitted(who=key, by=by.key), actor=by)


def log(space: Space) -> list[RoomEvent]:
    """Return the latest LOG_LINES events for the log of the hosts, the newest first.

    What people do to themselves is filtered out before the limit: nobody can push a removal out of
    the log by tapping their own microphone.
    """
    logged = {each.kind: each.logged for each in Durable.__subclasses__() if each.logged}
    of_both = [kind for kind, when in logged.items() if when is Logged.TO_ANOTHER]
    actor = Concat(Value(person_keys.ACCOUNT), Cast("actor", CharField()), output_field=TextField())
    whom = Cast(KT("payload__who"), TextField())
    rows = space.journal.filter(kind__in=logged).alias(whom=whom)
    shown = rows.exclude(Q(kind__in=of_both) & (Q(actor=None) | Q(whom=actor)))
    return list(shown.select_related("actor").order_by("-revision")[:LOG_LINES])


def _remove(space: Space, key: str, *, by: User, reason: str, networks: list[str]) -> bool:
    """Write the removal, in the caller's lock; return False if they were removed already."""
    row = {
        "removed_by": by,
        "at": shared_clock.now(),  # other processes compare the cool-down with it
        "reason": reason,
        "networks": networks,  # for the cool-down, also if guests are allowed later
    }
    _, created = Removal.objects.get_or_create(space=space, viewer_key=key, defaults=row)
    if created:
        publish(space, Removed(who=key, by=by.key), actor=by, note=reason)
        request_reconcile(space)
    return created
