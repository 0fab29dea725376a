"""Invitations to the stage: listeners become speakers or co-hosts only by accepting one."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.person_json import person
from core.refusals import Refusal
from notifications import unread
from notifications.inbox import notify
from spaces import kinds
from spaces.actions import stage
from spaces.actions.locks import lock_space
from spaces.models import Invitation, Role, Space
from spaces.room.events import Invited, Uninvited
from spaces.room.publish import publish

MAX_OPEN_INVITATIONS = 20  # per Space; more than there are seats


class NoInvitation(Refusal):
    def __init__(self) -> None:
        super().__init__("no_invitation", "This invitation is no longer open.")


def invite(
    space: Space,
    *,
    by: User,
    user: User,
    role: Role = Role.SPEAKER,
    accepts_request: bool = False,
) -> None:
    """Invite a listener to speak, or a listener or speaker to be co-host. Idempotent."""
    with lock_space(space):
        seated = space.participants.on_stage().filter(user=user).first()
        if seated is not None and (role == Role.SPEAKER or seated.role != Role.SPEAKER):
            raise stage.AlreadyOnStage
        if space.removals.filter(viewer_key=user.key).exists():
            raise Refusal("removed", "This person was removed from the Space.")
        if space.invitations.filter(user=user, role=role).exists():
            return
        if space.invitations.exclude(user=user).count() >= MAX_OPEN_INVITATIONS:
            raise Refusal("too_many_invitations", "Wait until some invitations are answered.")
        given = {"role": role, "invited_by": by, "accepts_request": accepts_request}
        invitation, _ = Invitation.objects.update_or_create(space=space, user=user, defaults=given)
        content = kinds.describe_invitation(invitation)
        notify(
            user,
            kind=kinds.INVITATION,
            subject=kinds.invitation_subject(invitation),
            text=content.text,
            url=content.url,
            actor=by,
        )
        event = Invited(person=person(user), role=role, by=by.key, accepts_request=accepts_request)
        publish(space, event, actor=by)


def withdraw(space: Space, *, by: User, user: User) -> None:
    """Withdraw an invitation. Raises NoInvitation if it is no longer open."""
    _close(space, user=user, outcome="withdrawn", actor=by)


def decline(space: Space, *, user: User) -> None:
    _close(space, user=user, outcome="declined", actor=user)


def accept(space: Space, *, user: User) -> None:
    """Take a seat on the stage, muted. Raises NoInvitation if the invitation is no longer open, and
    the errors of `stage.take_seat`."""
    with lock_space(space):
        stage.take_seat(space, user=user, role=_pop(space, user))


def delete(invitations: QuerySet[Invitation]) -> None:
    """Delete invitations that were answered or are over, and mark the notifications about them as
    read."""
    found = list(invitations)
    unread.mark_read(
        [invitation.user_id for invitation in found],
        kind=kinds.INVITATION,
        subjects=[
            subject for invitation in found for subject in kinds.invitation_subjects(invitation)
        ],
    )
    invitations.delete()


def _close(space: Space, *, user: User, outcome: str, actor: User) -> None:
    with lock_space(space):
        _pop(space, user)
        publish(space, Uninvited(who=user.key, outcome=outcome), actor=actor)


def _pop(space: Space, user: User) -> Role:
    """Delete the invitation and return its role. Raises NoInvitation if it is no longer open."""
    found = space.invitations.filter(user=user).first()
    if found is None:
        raise NoInvitation
    role = Role(found.role)
    delete(space.invitations.filter(pk=found.pk))
    return role
