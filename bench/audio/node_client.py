"""A client for the Unix socket of bench.audio.node."""

import asyncio
import json
from typing import Any


class NodeClient:
    """One connection. Concurrent requests are sent one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.room = "bench"  # the room of the next requests
        self._reader, self._writer = reader, writer
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, path: str) -> "NodeClient":
        return cls(*await asyncio.open_unix_connection(path, limit=1 << 20))

    async def request(self, verb: str, *arguments: str) -> Any:
        message = [self.room, verb, *arguments]
        async with self._turn:
            self._writer.write(json.dumps(message).encode() + b"\n")
            return json.loads(await self._reader.readline())

    def close(self) -> None:
        self._writer.close()
