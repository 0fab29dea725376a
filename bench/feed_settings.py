"""The site's settings, but pages name static files without a hash, so that none must be collected.

DEBUG would do that as well, but then Django would also log every query.
"""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": STATIC}}
