"""The site's settings; pages name the static files without a hash, so nothing is collected first.

DEBUG would do that as well, but then Django would also log every query.
"""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": STATIC}}
