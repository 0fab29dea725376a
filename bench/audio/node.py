"""Run only the engine in a separate process, controlled by lines of JSON over a Unix socket.

Each line is `[room, verb, *arguments]`. This module imports nothing else of the bench, so that it
can also run the engine of another commit (`bench.rooms --other`).
"""

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from audio.caller import Caller
from audio.commands import CALLER_VERBS
from audio.engine import Engine
from audio.plan import RoomPlan

SPEAKERS = ("ana", "ben")  # on the stage of every room
MAX_ROOMS = 2000
MAX_PEERS = 2 * MAX_ROOMS  # more than a site's node, which expects that they listen


async def plan_of(room: str, callers: Iterable[Caller]) -> RoomPlan:
    return RoomPlan(room, live=True, stage=dict.fromkeys(SPEAKERS, False))


async def serve(path: str, engine: Engine, verbs: Mapping[str, Callable[[], Any]]) -> None:
    """Serve the engine's methods, and `verbs`, which answer further requests about the engine."""
    await engine.start()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            room, verb, *arguments = json.loads(line)
            reply: Any
            if verb == "stats":
                reply = {**await engine.stats(), "histogram": engine.lateness.histogram}
            elif verb == "reset":
                engine.lateness.reset()
                reply = None
            elif verb in verbs:
                reply = verbs[verb]()
            else:
                if verb in CALLER_VERBS:
                    arguments[1] = Caller(person=arguments[1], session="")
                reply = await getattr(engine, verb)(room, *arguments)
            writer.write(json.dumps(reply).encode() + b"\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(converse, path)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with server:
        await stop.wait()
    await engine.stop()


if __name__ == "__main__":
    bare = Engine(plan_of=plan_of, port=0, realtime=True, max_rooms=MAX_ROOMS, max_peers=MAX_PEERS)
    asyncio.run(serve(sys.argv[1], bare, {}))
