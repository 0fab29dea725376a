"""Who is on the stage: invitations, seats, microphones. People come up muted, by their own word."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.people import person
from spaces.audio.nudge import nudge
from spaces.live.events import Invited, Microphone, StageJoined, StageLeft, Uninvited
from spaces.live.publish import publish
from spaces.models import STAGE_SEATS, Invitation, Participant, Removal, Role, Space
from spaces.refusals import Refusal
from spaces.signals import stage_changed

OPEN_INVITATIONS = 20  # a Space; more than there are seats, few enough to answer


class StageFull(Refusal):
    def __init__(self) -> None:
        super().__init__("stage_full", "The stage is full. Someone has to step down first.")


class AlreadyOnStage(Refusal):
    def __init__(self) -> None:
        super().__init__("already_on_stage", "This person is on the stage already.")


class NotOnStage(Refusal):
    def __init__(self) -> None:
        super().__init__("not_on_stage", "Only people on the stage have a microphone.")


class NoInvitation(Refusal):
    def __init__(self) -> None:
        super().__init__("no_invitation", "This invitation is no longer open.")


def invite(space: Space, *, by: User, user: User) -> None:
    """Offer a listener to speak; inviting twice is inviting once."""
    if on_stage(space, user):
        raise AlreadyOnStage
    if Removal.objects.filter(space=space, viewer_key=user.key).exists():
        raise Refusal("removed", "This person was removed from the Space.")
    if space.invitations.count() >= OPEN_INVITATIONS:
        raise Refusal("too_many_invitations", "Wait until some invitations are answered.")
    with transaction.atomic():
        _, created = Invitation.objects.get_or_create(
            space=space, user=user, defaults={"invited_by": by}
        )
        if created:
            publish(space, Invited(person=person(user), by=by.key), actor=by)


def withdraw(space: Space, *, by: User, user: User) -> None:
    """Take an invitation back; raises NoInvitation when it was answered first."""
    _close(space, user=user, outcome="withdrawn", actor=by)


def decline(space: Space, *, user: User) -> None:
    _close(space, user=user, outcome="declined", actor=user)


def accept(space: Space, *, user: User) -> None:
    """Come up, muted, as a speaker. Raises NoInvitation, StageFull, AlreadyOnStage."""
    with transaction.atomic():
        _take_invitation(space, user)
        take_seat(space, user=user, role=Role.SPEAKER)


def take_seat(space: Space, *, user: User, role: Role) -> None:
    """Sit on the first free seat. The seats' constraint settles who of two is first."""
    with transaction.atomic():
        taken = set(space.stage.on_stage().values_list("seat", flat=True))
        for seat in sorted(set(range(STAGE_SEATS)) - taken):
            try:
                with transaction.atomic():
                    Participant.objects.create(space=space, user=user, role=role, seat=seat)
            except IntegrityError:
                if on_stage(space, user):
                    raise AlreadyOnStage from None
                continue
            publish(space, StageJoined(person=person(user), role=role, muted=True), actor=user)
            _changed(space)
            return
        raise StageFull


def step_down(space: Space, *, user: User) -> None:
    """Leave the stage and go on listening."""
    with transaction.atomic():
        seated = space.stage.on_stage().filter(user=user).exclude(role=Role.HOST)
        if not seated.update(left_at=timezone.now(), muted=True):
            raise NotOnStage
        publish(space, StageLeft(who=user.key), actor=user)
        _changed(space)


def set_microphone(space: Space, *, user: User, muted: bool, by: User) -> None:
    """Mute, or unmute oneself: nobody's microphone is ever forced on. Twice is once."""
    if not muted and by != user:
        raise Refusal("not_yours", "Only they can unmute themselves.", status=403)
    with transaction.atomic():
        seated = space.stage.on_stage().filter(user=user)
        if seated.exclude(muted=muted).update(muted=muted):
            publish(space, Microphone(who=user.key, muted=muted, by=by.key), actor=by)
            nudge(space)
        elif not seated.exists():
            raise NotOnStage


def on_stage(space: Space, user: User) -> bool:
    return space.stage.on_stage().filter(user=user).exists()


def _close(space: Space, *, user: User, outcome: str, actor: User) -> None:
    with transaction.atomic():
        _take_invitation(space, user)
        publish(space, Uninvited(who=user.key, outcome=outcome), actor=actor)


def _take_invitation(space: Space, user: User) -> None:
    deleted, _ = Invitation.objects.filter(space=space, user=user).delete()
    if not deleted:
        raise NoInvitation


def _changed(space: Space) -> None:
    transaction.on_commit(lambda: stage_changed.send(Space, space=space))
    nudge(space)
