"""Static files from npm packages: only those that settings.NODE_FILES names."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage

SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*$", re.MULTILINE)


class NodeFiles(BaseFinder):
    """Leaves out files of packages that are not installed."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        file = settings.NODE_FILES.get(path)
        found = settings.NODE_MODULES / file if file else None
        if found is None or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for name, file in settings.NODE_FILES.items():
            if (settings.NODE_MODULES / file).is_file():
                yield name, _PackageFile(file)


class _PackageFile(FileSystemStorage):
    """A file under another name. The comment that names its source map is left out, because the
    source map is not collected."""

    def __init__(self, file: str) -> None:
        super().__init__(location=settings.NODE_MODULES)
        self._file = file

    def path(self, name: str) -> str:
        return super().path(self._file)

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        with open(self.path(name), "rb") as file:
            return ContentFile(SOURCE_MAP.sub(b"", file.read()))
