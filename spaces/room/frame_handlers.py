"""Kinds of frames that higher-level apps handle (settings.ROOM_FRAMES)."""

from collections.abc import Mapping
from copy import copy
from functools import cache
from typing import Any, ClassVar, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from core.sockets.incoming import Check
from spaces.models import Space
from spaces.viewer import Viewer

Fields = Mapping[str, Check]  # field -> is its value valid?


class FrameHandler(Protocol):
    """Handles all frames of one kind from one socket, in their order."""

    fields: ClassVar[Fields]

    def __init__(self, space: Space, viewer: Viewer) -> None:
        """`viewer` was admitted when the socket was opened. The handler has its own `space`."""

    async def handle(self, frame: dict[str, Any]) -> None:
        """Act on a valid frame. The handler checks admission and rights. Raises a Refusal, which
        the page receives."""


@cache
def handlers() -> dict[str, type[FrameHandler]]:
    return {kind: import_string(path) for kind, path in settings.ROOM_FRAMES.items()}


def create(space: Space, viewer: Viewer) -> dict[str, FrameHandler]:
    """Return the handlers of one socket, by kind."""
    return {kind: handler(copy(space), viewer) for kind, handler in handlers().items()}
