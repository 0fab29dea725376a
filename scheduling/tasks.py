"""Periodic tasks about scheduled Spaces (CELERY_BEAT_SCHEDULE in config/settings.py)."""

from contextlib import suppress

import structlog
from celery import shared_task

from core.refusals import Refusal
from scheduling.actions import cancelling, cohosts, planning
from spaces.models import Space

log = structlog.get_logger(__name__)


@shared_task
def cancel_overdue() -> None:
    """Cancel Spaces that nobody started, and Spaces whose host is suspended or has left.

    Also withdraw the invitations of co-hosts who are suspended or have left, or who block the host
    or are blocked by them.
    """
    no_shows, absent = cancelling.cancel_no_shows(), cancelling.cancel_spaces_of_absent_hosts()
    if no_shows or absent:
        log.info("scheduled_spaces_cancelled", no_shows=no_shows, absent=absent)
    if withdrawn := cohosts.withdraw_overlooked():
        log.info("invitations_to_cohost_withdrawn", withdrawn=withdrawn)


@shared_task
def recompute_times() -> None:
    """Move Spaces whose time zone got new rules, so that they keep their local time."""
    for space in Space.objects.scheduled().select_related("host"):
        with suppress(Refusal):  # it has just started, or was cancelled
            if planning.recompute(space):
                log.info("scheduled_space_moved", space=space.public_id)
