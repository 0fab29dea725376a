"""The site's settings, with a channel and a mail backend that send nothing."""

from config.settings import *  # noqa: F403

NOTIFICATION_CHANNELS = {"push": "bench.null_provider"}
NOTIFICATION_RATES = {"push": ""}
EMAIL_BACKEND = "bench.null_provider.EmailBackend"
