"""Static files: collecting, hashing, compressing and serving them."""

import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from servestatic import ServeStaticASGI
from servestatic.storage import CompressedManifestStaticFilesStorage

from config import bundles

BUNDLES = {"css/app.css": bundles.sheet, "js/app.js": bundles.script}


class StaticFiles(StaticFilesConfig):
    """Leaves out files of django-htmx that no page uses."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "django_htmx/ext/*",
        "htmx-4*",
        "htmax-*",
    ]


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Adds a hash of the content to file names, creates the bundles, and compresses text files."""

    def post_process(
        self, paths: dict[str, Any], *args: Any, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        bundled = {
            name: (bundles.Bundle(paths[name][0], join), paths[name][1])
            for name, join in BUNDLES.items()
        }
        yield from super().post_process({**paths, **bundled}, *args, **options)

    def compress_files(self, paths: Any) -> Iterator[tuple[str, str]]:
        """Make compressed files readable for nginx, regardless of the umask."""
        for name, packed in super().compress_files(paths):
            os.chmod(self.path(packed), settings.FILE_UPLOAD_PERMISSIONS)
            yield name, packed


def serve_static_before(pages: Any) -> Any:
    """Return an application that serves static files, and passes other requests to `pages`.

    Static files don't pass through Django's middleware. nginx may serve them instead
    (deploy/nginx.conf).
    """
    if settings.DEBUG:
        return ASGIStaticFilesHandler(pages)
    return ServeStaticASGI(
        pages,
        root=settings.STATIC_ROOT,
        prefix=settings.STATIC_URL,
        allow_all_origins=False,
    )
