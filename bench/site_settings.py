"""The site's settings, with one more view, which does nothing (see bench/pages.py)."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.site_urls"
