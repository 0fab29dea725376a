"""What other apps say, and whom in here it concerns. A receiver's body is one call."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import account_closed, sessions_ended, user_blocked
from safety.signals import user_suspended
from spaces.actions import blocks, suspended
from spaces.directory.push.rings import request_refresh
from spaces.models import Space
from spaces.room.audio_reconcile import request_reconcile_all
from spaces.signals import host_changed, space_ended, space_went_live, stage_changed


@receiver(user_blocked)
def leave_their_space(blocker: User, blocked: User, **kwargs: Any) -> None:
    blocks.put_out(host=blocker, user=blocked)


@receiver(host_changed)
def leave_the_new_host(space: Space, **kwargs: Any) -> None:
    blocks.put_out_all(space)


@receiver([user_suspended, account_closed])
def leave_every_stage(user: User, **kwargs: Any) -> None:
    suspended.put_off(user)


@receiver(sessions_ended)
def hang_up_their_sound(**kwargs: Any) -> None:
    """Sound belongs to a session: audio nodes look whose has ended."""
    request_reconcile_all()


@receiver([space_went_live, space_ended, stage_changed])
def look_who_is_live(**kwargs: Any) -> None:
    request_refresh()
