"""Settings for the worker processes of tests: the site's settings, with notification kinds for
tests, a short lease, and a sweep every second."""

from config.settings import *  # noqa: F403
from config.settings import CELERY_BEAT_SCHEDULE, NOTIFICATION_KINDS

NOTIFICATION_KINDS = [*NOTIFICATION_KINDS, "tests.notifications.kinds.KINDS"]
NOTIFICATION_LEASE = 4.0
CELERY_BEAT_SCHEDULE = {
    "sweep-deliveries": {**CELERY_BEAT_SCHEDULE["sweep-deliveries"], "schedule": 1.0}
}
