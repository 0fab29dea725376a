"""A JSON message as one WebSocket text frame (RFC 6455, section 5.2).

This module is separate from daphne_protocol.py, so that workers and audio nodes can publish frames
without importing the web server.
"""

import json
import struct
from collections.abc import Mapping
from functools import cached_property
from typing import Any


def encode(frame: Mapping[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


class Frame:
    """A text frame that is sent to many sockets."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def octets(self) -> bytes:
        """The header and the payload of a final, unmasked text frame."""
        payload = self.text.encode()
        size = len(payload)
        if size < 126:
            return struct.pack("!BB", 0x81, size) + payload
        if size < 1 << 16:
            return struct.pack("!BBH", 0x81, 126, size) + payload
        return struct.pack("!BBQ", 0x81, 127, size) + payload
