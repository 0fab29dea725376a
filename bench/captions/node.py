"""Run an engine whose speakers are captioned: `python -m bench.captions.node SETUP`.

SETUP is JSON: the path of a socket, the import path of a recognizer (or ""), its model, the number
of processes, the captioned people, and whether the engine and its recognizers share one core. The
engine is controlled like that of `bench.audio.node`.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterable
from typing import Any

from audio.caller import Caller
from audio.engine import Engine
from audio.events import AudioEvent, CaptionLine
from audio.plan import RoomPlan
from audio.recognition.pool import Model
from bench.audio.node import serve

SECONDS_PER_DATAGRAM = 0.1


class Captions:
    """Every version of every line, with the time at which it arrived."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lines: list[list[Any]] = []
        engine.subscribe(self._receive)

    def take(self) -> list[list[Any]]:
        """Return `[person, line, text, started, ended, final, arrived]` of each version."""
        taken, self._lines = self._lines, []
        return taken

    def processes(self) -> list[dict[str, Any]]:
        pool = self._engine._recognizers
        processes = pool.processes if pool else []
        return [
            {
                "pid": each.pid,
                "state": each.state,
                "lost": each.lost + each.dropped * SECONDS_PER_DATAGRAM,
            }
            for each in processes
        ]

    def _receive(self, event: AudioEvent) -> None:
        if isinstance(event, CaptionLine):
            line = [event.person, event.line, event.text, event.started, event.ended, event.final]
            self._lines.append([*line, time.time()])


def main() -> None:
    setup = json.loads(sys.argv[1])
    people = setup["people"]
    if setup["one_core"]:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    async def plan_of(room: str, callers: Iterable[Caller]) -> RoomPlan:
        stage = dict.fromkeys(people, False)
        return RoomPlan(room, live=True, stage=stage, captioned=frozenset(people))

    async def run() -> None:
        model = Model(setup["recognizer"], setup["model"]) if setup["recognizer"] else None
        engine = Engine(
            plan_of=plan_of,
            port=0,
            realtime=True,
            recognizer=model,
            recognizers=setup["processes"],
        )
        captions = Captions(engine)
        verbs = {"captions": captions.take, "processes": captions.processes}
        await serve(setup["path"], engine, verbs)

    asyncio.run(run())


if __name__ == "__main__":
    main()
