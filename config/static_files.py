"""Static files: which are collected, how they are named and packed, and how they are handed out."""

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
    """Leaves out what django-htmx ships beside htmx 2: nothing asks for it."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "django_htmx/ext/*",
        "htmx-4*",
        "htmax-*",
    ]


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content; what a page wears and runs comes in one file each, and
    text is packed once, here."""

    def post_process(
        self, paths: dict[str, Any], *args: Any, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        whole = {
            name: (bundles.Bundle(paths[name][0], join), paths[name][1])
            for name, join in BUNDLES.items()
        }
        yield from super().post_process({**paths, **whole}, *args, **options)

    def compress_files(self, paths: Any) -> Iterator[tuple[str, str]]:
        """What is packed is readable like the rest, whatever the umask: nginx hands it out."""
        for name, packed in super().compress_files(paths):
            os.chmod(self.path(packed), settings.FILE_UPLOAD_PERMISSIONS)
            yield name, packed


def handed_out_before(pages: Any) -> Any:
    """The ASGI application `pages`, and in front of it the static files, which need nothing of what
    stands around a view. A web server in front may hand them out instead (deploy/nginx.conf)."""
    if settings.DEBUG:
        return ASGIStaticFilesHandler(pages)
    return ServeStaticASGI(
        pages,
        root=settings.STATIC_ROOT,
        prefix=settings.STATIC_URL,
        allow_all_origins=False,
    )
