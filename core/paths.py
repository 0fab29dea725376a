"""The paths of pages, as `reverse` returns them, but each is composed only once."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse

MAX_PATHS = 20_000  # about 4 MB


def path_of(name: str, *args: Any) -> str:
    """Return the path of the URL pattern `name`, e.g. `path_of("accounts:profile", "ana")`. Raise
    NoReverseMatch as `reverse` does."""
    return _composed(settings.ROOT_URLCONF, name, *args)


@lru_cache(maxsize=MAX_PATHS, typed=True)
def _composed(urls: str, name: str, *args: Any) -> str:
    return reverse(name, urls, args=args)
