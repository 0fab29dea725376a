"""The site's settings in a temporary home, with in-memory services for unit tests.

Integration and e2e tests use the real services: see `redis_server`, `both_databases` and `stack`.
"""

import atexit
import os
import shutil
import tempfile

TEMPORARY = tempfile.mkdtemp(prefix="spaces-tests-")
os.mkdir(f"{TEMPORARY}/static")  # it stays empty, because pages use the original file names
atexit.register(shutil.rmtree, TEMPORARY, ignore_errors=True)
os.environ.update(
    SPACES_HOME=TEMPORARY,
    SECRET_KEY="only-for-tests",
    DEMO="0",
    DEBUG="0",
    LOG_LEVEL="WARNING",
    BASE_URL="http://testserver",
)
for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "STRIPE_SECRET_KEY", "STRIPE_API_BASE"):
    os.environ.pop(name, None)  # so that tests never use the developer's own services

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES  # noqa: E402

# The database is a file, as in production: an in-memory database locks differently, so races
# would stay hidden.
DATABASES["default"]["TEST"] = {"NAME": f"{TEMPORARY}/test.sqlite3"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, for tests only
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
LIVE_PEOPLE_KEPT = 0  # so that nothing is cached from one test to the next
AUDIO = "audio.memory.MemoryAudio"
CAPTIONS_ENGINE = AUDIO_RECOGNIZER = ""  # off, even if the optional packages are installed
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
