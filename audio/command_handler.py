"""The node's side of commands: execute each command once, even if it is sent several times.

A command that failed with "timeout" or "full" is executed again if it is sent again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import structlog

from audio.commands import Command, Reply
from audio.interface import Audio, AudioError

MAX_REPLIES = 2048  # replies kept for repeated commands
MAX_RUNNING = 256  # concurrent commands; more are dropped, and their senders retry

log = structlog.get_logger(__name__)


class CommandHandler:
    """Executes commands on `audio` and remembers the replies."""

    def __init__(self, audio: Audio, *, node: str, instance: str) -> None:
        self._audio = audio
        self._node = node
        self._instance = instance
        self._running: set[str] = set()
        self._replies: OrderedDict[str, Reply] = OrderedDict()

    async def handle(self, command: Command) -> Reply | None:
        """Execute the command and return the reply; None while an earlier copy or too many other
        commands are still running."""
        if reply := self._replies.get(command.id):
            return reply
        if command.id in self._running or len(self._running) >= MAX_RUNNING:
            return None
        self._running.add(command.id)
        try:
            reply = await self._execute(command)
        finally:
            self._running.discard(command.id)
        if reply.code not in ("timeout", "full"):  # another attempt may succeed
            self._replies[command.id] = reply
        while len(self._replies) > MAX_REPLIES:
            self._replies.popitem(last=False)
        return reply

    async def _execute(self, command: Command) -> Reply:
        outcome: Mapping[str, Any]
        try:
            if not command.allowed:
                raise AudioError("bad_description", "unknown or oversized command")
            result = await getattr(self._audio, command.verb)(**command.port_arguments)
            outcome = {"result": result or ""}
        except AudioError as error:
            outcome = {"code": error.code, "message": str(error)}
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("audio_command_failed", verb=command.verb)
            outcome = {"code": "timeout", "message": "the audio node failed"}
        return Reply(id=command.id, node=self._node, instance=self._instance, **outcome)
