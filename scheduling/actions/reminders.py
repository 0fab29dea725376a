"""Set and unset a reminder for a scheduled Space."""

from django.db.models import F, QuerySet

from accounts.models import User
from core.refusals import Refusal
from scheduling.models import Reminder, Schedule
from spaces import admission
from spaces.actions.locks import lock_scheduled
from spaces.admission import IsNotLive
from spaces.models import Space
from spaces.viewer import Viewer


class IsHost(Refusal):
    def __init__(self) -> None:
        super().__init__("is_host", "You host this Space, so you are reminded in any case.")


def set_reminder(space: Space, *, user: User, automatically: bool = False) -> None:
    """Set a reminder; idempotent. One that was set `automatically`, and not by the person, can be
    removed by `unset_automatic_reminder`. Raises NotScheduled, IsHost, and NotAdmitted for people
    who can't be admitted, e.g. because the host blocks them. A person who only lacks a ticket may
    set one."""
    for refused in admission.refusals(space, Viewer(user)):
        if not (isinstance(refused, IsNotLive) or refused.remedy):
            raise refused
    with lock_scheduled(space):
        if space.host_id == user.pk:
            raise IsHost
        reminder, created = Reminder.objects.get_or_create(
            space=space, user=user, defaults={"is_automatic": automatically}
        )
        if created:
            Schedule.objects.filter(space=space).update(reminder_count=F("reminder_count") + 1)
        elif reminder.is_automatic and not automatically:
            Reminder.objects.filter(pk=reminder.pk).update(is_automatic=False)


def unset_reminder(space: Space, *, user: User) -> None:
    """Delete the reminder, if there is one. Raises NotScheduled."""
    _delete(space, Reminder.objects.filter(space=space, user=user))


def unset_automatic_reminder(space: Space, *, user: User) -> None:
    """Delete the reminder, unless the person set it. Raises NotScheduled."""
    _delete(space, Reminder.objects.filter(space=space, user=user, is_automatic=True))


def _delete(space: Space, own: QuerySet[Reminder]) -> None:
    with lock_scheduled(space):
        deleted, _ = own.delete()
        if deleted:
            Schedule.objects.filter(space=space).update(reminder_count=F("reminder_count") - 1)
