"""Bundles: collectstatic joins all style sheets into one file, and all scripts into another.

In the repository, and with DEBUG, there are many small files that import each other. Without
bundles, a browser would load a hundred files, one level of imports after the other. Only a few
forms of import and export are allowed, so that joining needs no parser; other forms raise
CannotJoin.
"""

import posixpath
import re
from collections.abc import Callable

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

SHEET_IMPORT = re.compile(r'^@import url\("(?P<name>[^"]+)"\) layer\((?P<layer>\w+)\);$', re.M)
IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\} from )?"(?P<path>\.[^"]+)";$', re.M)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (?P<name>\w+))", re.M)
NOT_JOINED = re.compile(r"^(?:@import|import|export)\b.*", re.M)


class CannotJoin(ValueError):
    """A file uses a form of import or export that is not supported."""


class Bundle:
    """A storage for collectstatic whose `open` returns the joined file instead of the original."""

    def __init__(self, storage: Storage, join: Callable[[Storage, str], str]) -> None:
        self._storage, self._join = storage, join

    def open(self, name: str) -> "File[bytes]":
        return ContentFile(self._join(self._storage, name).encode())


def sheet(storage: Storage, name: str) -> str:
    """Return the style sheet `name` with its imports inlined, each in its layer.

    Imported sheets may refer to other files only by absolute paths, because their own path changes.
    """
    folder = posixpath.dirname(name)

    def joined(match: re.Match[str]) -> str:
        text = _read(storage, posixpath.join(folder, match["name"]))
        return f"@layer {match['layer']} {{\n{text}}}"

    return _require_joined(SHEET_IMPORT.sub(joined, _read(storage, name)), name)


def script(storage: Storage, name: str) -> str:
    """Return the ES module `name` after all modules that it imports, each in its own scope.

    Imported modules run first and once, as in a browser (ECMA-262, InnerModuleEvaluation).
    """
    scopes: dict[str, str] = {}
    _add(storage, name, scopes, ())
    return "".join(scopes.values())


def _add(storage: Storage, name: str, scopes: dict[str, str], above: tuple[str, ...]) -> None:
    if name in scopes:
        return
    if name in above:
        raise CannotJoin(f"{name} imports itself through {above[-1]}")
    text = _read(storage, name)
    for match in IMPORT.finditer(text):
        _add(storage, _target(name, match), scopes, (*above, name))
    numbers = {each: number for number, each in enumerate(scopes)}

    def bound(match: re.Match[str]) -> str:
        if match["names"] is None:
            return ""
        names = match["names"].replace(" as ", ": ")
        return f"const {{{names}}} = module{numbers[_target(name, match)]};"

    exported = ", ".join(match["name"] for match in EXPORT.finditer(text))
    body = _require_joined(EXPORT.sub("", IMPORT.sub(bound, text)), name)
    scopes[name] = (
        f"const module{len(scopes)} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"
    )


def _target(name: str, match: re.Match[str]) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), match["path"]))


def _require_joined(text: str, name: str) -> str:
    if left := NOT_JOINED.search(text):
        raise CannotJoin(f"{name}: {left[0]}")
    return text


def _read(storage: Storage, name: str) -> str:
    with storage.open(name) as file:
        text: str = file.read().decode()
    return text
