"""The stage: seats, microphones and hands. People join the stage muted, and only if they agree."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.person_json import person
from core.refusals import Refusal
from spaces import admission
from spaces.actions.locks import lock_space
from spaces.models import SEATS, Outcome, Participant, Role, Space
from spaces.room.audio_reconcile import request_reconcile
from spaces.room.events import (
    Hand,
    Microphone,
    MicrophonesLocked,
    MusicMode,
    MutedAll,
    RoleChanged,
    StageJoined,
    StageLeft,
)
from spaces.room.publish import publish
from spaces.signals import stage_changed
from spaces.viewer import Viewer


class StageFull(Refusal):
    def __init__(self, role: Role) -> None:
        reason = {
            Role.COHOST: "There are two co-hosts already.",
            Role.SPEAKER: "The stage is full.",
        }
        super().__init__("stage_full", f"{reason[role]} Someone has to step down first.")


class AlreadyOnStage(Refusal):
    def __init__(self) -> None:
        super().__init__("already_on_stage", "Already on the stage.")


class NotOnStage(Refusal):
    def __init__(self) -> None:
        super().__init__("not_on_stage", "That’s only possible for people on the stage.")


class MicrophonesAreLocked(Refusal):
    def __init__(self) -> None:
        super().__init__("locked", "A host locked the microphones. Raise your hand to be seen.")


def take_seat(space: Space, *, user: User, role: Role) -> None:
    """Take a seat on the stage, muted. A person who is on the stage with another role moves to a
    seat of `role`.

    Raises NotAdmitted, StageFull, or AlreadyOnStage if the person has this role or is the host.
    """
    with lock_space(space):
        admission.require(space, Viewer(user))
        seated = space.participants.on_stage().filter(user=user).first()
        if seated is not None and seated.role in (role, Role.HOST):
            raise AlreadyOnStage
        _assign_seat(space, user, role, seated)
        space.requests.filter(user=user, outcome=Outcome.OPEN).update(
            outcome=Outcome.CANCELLED, answered_at=timezone.now()
        )
        if seated is None:
            publish(space, StageJoined(person=person(user), role=role, muted=True), actor=user)
        else:
            publish(space, RoleChanged(who=user.key, role=role), actor=user)
        _announce_change(space)


def step_down(space: Space, *, user: User) -> None:
    """Leave the stage and continue as a listener."""
    _leave(space, user=user, by=user)


def move_to_listeners(space: Space, *, user: User, by: User) -> None:
    """Take someone off the stage; they continue as a listener."""
    _leave(space, user=user, by=by)


def set_microphone(space: Space, *, user: User, muted: bool, by: User) -> None:
    """Mute anyone's microphone, or unmute your own. Idempotent. Views check who may mute others
    (Act.MUTE_OTHERS).

    A mute by a host is published even if the person is already muted, because the operating system
    may have muted them. Their page must receive the host's mute, or it would unmute them as soon as
    the system stops muting.
    """
    if not muted and by != user:
        raise Refusal("not_yours", "You can't unmute someone else.", status=403)
    with lock_space(space):
        seated = space.participants.on_stage().filter(user=user)
        changing = seated.exclude(muted=muted)
        if not muted:
            changing = changing.filter(space__microphones_locked=False)
        changed = changing.update(muted=muted)
        if changed or (by != user and seated.exists()):
            publish(space, Microphone(who=user.key, muted=muted, by=by.key), actor=by)
            request_reconcile(space)
        elif not seated.exists():
            raise NotOnStage
        elif not muted and seated.filter(muted=True).exists():
            raise MicrophonesAreLocked


def mute_all(space: Space, *, by: User) -> None:
    """Mute everyone else on the stage. They can unmute, unless the microphones are locked.

    This is published even if everyone is already muted, for the same reason as in `set_microphone`.
    """
    with lock_space(space):
        if space.participants.on_stage().exclude(user=by).update(muted=True):
            publish(space, MutedAll(by=by.key), actor=by)
            request_reconcile(space)


def lock_microphones(space: Space, *, locked: bool, by: User) -> None:
    """Lock or unlock the microphones. While they are locked, nobody can unmute; a microphone that
    is already on is not muted."""
    with lock_space(space):
        if (
            Space.objects.filter(pk=space.pk)
            .exclude(microphones_locked=locked)
            .update(microphones_locked=locked)
        ):
            publish(space, MicrophonesLocked(locked=locked, by=by.key), actor=by)


def set_music_mode(space: Space, *, on: bool, by: User) -> None:
    """Turn music mode on or off: stereo, full quality, and no voice processing."""
    with lock_space(space):
        if Space.objects.filter(pk=space.pk).exclude(music_mode=on).update(music_mode=on):
            publish(space, MusicMode(on=on, by=by.key), actor=by)
            request_reconcile(space)


def raise_hand(space: Space, *, user: User, raised: bool, by: User) -> None:
    """Raise your own hand, or lower it; hosts can lower anyone's hand. Idempotent."""
    if raised and by != user:
        raise Refusal("not_yours", "You can't raise someone else's hand.", status=403)
    with lock_space(space):
        seated = space.participants.on_stage().filter(user=user)
        if seated.exclude(hand_raised=raised).update(hand_raised=raised):
            publish(space, Hand(who=user.key, raised=raised), actor=by)
        elif not seated.exists():
            raise NotOnStage


def on_stage(space: Space, user: User) -> bool:
    return space.participants.on_stage().filter(user=user).exists()


def _assign_seat(space: Space, user: User, role: Role, seated: Participant | None) -> None:
    """Give the person a free seat of this role. The caller must hold the Space's lock; the
    constraint `one_person_per_seat` allows only one person on each seat."""
    taken = set(space.participants.on_stage().values_list("seat", flat=True))
    seat = next((seat for seat in SEATS[role] if seat not in taken), None)
    if seat is None:
        raise StageFull(role)
    if seated is None:
        Participant.objects.create(space=space, user=user, role=role, seat=seat)
    else:
        Participant.objects.filter(pk=seated.pk).update(seat=seat, role=role)


def _leave(space: Space, *, user: User, by: User) -> None:
    with lock_space(space):
        if not vacate(space, user):
            raise NotOnStage
        publish(space, StageLeft(who=user.key, by=by.key), actor=by)


def vacate(space: Space, user: User) -> bool:
    """Take a speaker or co-host off the stage; return False if the person is the host or was not
    on the stage. The caller must hold the Space's lock, and publish the event."""
    seated = space.participants.on_stage().filter(user=user).exclude(role=Role.HOST)
    left = seated.update(left_at=timezone.now(), muted=True, hand_raised=False)
    if left:
        _announce_change(space)
    return bool(left)


def _announce_change(space: Space) -> None:
    transaction.on_commit(lambda: stage_changed.send(Space, space=space))
    request_reconcile(space)
