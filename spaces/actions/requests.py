"""Requests to speak, and who may ask to speak."""

from django.utils import timezone

from accounts.models import Follow, User
from accounts.person_json import person
from core.refusals import Refusal
from core.times import stamp
from spaces import admission
from spaces.actions import invitations, stage
from spaces.actions.locks import lock_space
from spaces.models import Outcome, Participant, Space, SpeakPolicy, SpeakRequest
from spaces.room.events import Requested, Unrequested
from spaces.room.publish import publish
from spaces.viewer import Viewer

MAX_OPEN_REQUESTS = 200  # per Space; a person after so many others would not get to speak anyway


class NoRequest(Refusal):
    def __init__(self) -> None:
        super().__init__("no_request", "This request is no longer open.")


def ask(space: Space, *, user: User, reason: str = "") -> None:
    """Add a request to the end of the queue. Idempotent: a repeated request keeps its position."""
    with lock_space(space):
        admission.require(space, Viewer(user))
        if message := why_not_allowed(space, user):
            raise Refusal("not_by_asking", message, status=403)
        if stage.on_stage(space, user):
            raise stage.AlreadyOnStage
        waiting = space.requests.filter(outcome=Outcome.OPEN)
        if waiting.filter(user=user).exists():
            return
        if waiting.count() >= MAX_OPEN_REQUESTS:
            raise Refusal("queue_full", "The queue is full. Try again in a few minutes.")
        first_time = not Participant.objects.filter(user=user).exists()
        request = SpeakRequest.objects.create(
            space=space, user=user, reason=reason, first_time=first_time
        )
        publish(
            space,
            Requested(person=person(user), at=stamp(request.created_at), first_time=first_time),
            actor=user,
        )


def cancel(space: Space, *, user: User) -> None:
    _close(space, user=user, outcome=Outcome.CANCELLED, by=user)


def decline(space: Space, *, user: User, by: User) -> None:
    _close(space, user=user, outcome=Outcome.DECLINED, by=by)


def accept(space: Space, *, user: User, by: User) -> None:
    """Answer a request with an invitation, which the person still has to accept."""
    with lock_space(space):
        _close(space, user=user, outcome=Outcome.ACCEPTED, by=by)
        invitations.invite(space, by=by, user=user, accepts_request=True)


def why_not_allowed(space: Space, user: User) -> str:
    """Return the message if the Space's speak policy forbids this person to ask, otherwise ""."""
    if space.speak_policy == SpeakPolicy.INVITED:
        return "In this Space the host invites people to speak."
    if space.speak_policy == SpeakPolicy.EVERYONE:
        return ""
    if Follow.objects.filter(follower=space.host_id, followed=user).exists():
        return ""
    return "In this Space, only people whom the host follows may ask to speak."


def _close(space: Space, *, user: User, outcome: Outcome, by: User) -> None:
    with lock_space(space):
        now = timezone.now()
        waiting = space.requests.filter(user=user, outcome=Outcome.OPEN)
        if not waiting.update(outcome=outcome, answered_at=now):
            raise NoRequest
        publish(space, Unrequested(who=user.key, outcome=outcome, at=stamp(now)), actor=by)
