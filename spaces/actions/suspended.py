"""Take people whose account is suspended or closed out of live Spaces."""

from contextlib import suppress

from accounts.models import User
from core.refusals import Refusal
from spaces.actions import invitations, lifecycle, requests, stage
from spaces.actions.locks import lock_space
from spaces.models import Space
from spaces.room.audio_reconcile import request_reconcile_all
from spaces.room.events import StageLeft
from spaces.room.publish import publish


def leave_everything(user: User) -> None:
    """Take the person off every stage and out of every queue, decline their invitations, and end
    the Space that they host.

    Audio nodes reconcile at once. If that request is lost, they still find suspended people within
    two seconds, and so do the hubs; admission refuses suspended people in any case.
    """
    request_reconcile_all()
    Space.objects.filter(host_before=user).update(host_before=None)  # they won't become host again
    for space in Space.objects.live().filter(host=user):
        with suppress(Refusal):  # the Space has just ended
            lifecycle.end(space, by=None)
    for space in Space.objects.with_on_stage(user):
        with suppress(Refusal), lock_space(space):
            if stage.vacate(space, user):
                publish(space, StageLeft(who=user.key, by=user.key))
    for space in Space.objects.live().filter(requests__user=user, requests__answered_at=None):
        with suppress(Refusal):
            requests.cancel(space, user=user)
    for space in Space.objects.live().filter(invitations__user=user):
        with suppress(Refusal):
            invitations.decline(space, user=user)
