"""Measure how soon captions stop after a speaker turns "Caption my voice" off, on the whole site.

The site runs as `bin/run` starts it. The host of the demo's Space reads aloud without a break, and
turns captions off at a random moment, again and again. A listener's socket receives what pages
show, and the log of the audio node says when the recognizer got the last sound.
"""

import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import django

from bench.audio.talking import play
from bench.captions.reading import packets
from bench.visitors import TEXT, Page, pack_frame
from config.redis_server import RedisServer
from tests.audio.webrtc_client import Client
from tests.fixtures.stack import Stack

SECRET_KEY = "only-for-the-bench"  # noqa: S105 - for a site that runs for a minute
CSRF_TOKEN = "x" * 32
STARTED_WITHIN = 300.0  # seconds
PATIENCE = 120.0  # seconds
WATCHED = 3.0  # seconds after captions were turned off in which a late text would be noticed
READ_EVERY = 0.7  # seconds between two interim texts (audio/recognition/child.py)
WITHDRAWN = '"event": "voice_withdrawn"'  # logged when the node stops recognizing a voice


@dataclass
class Withdrawal:
    """Seconds from the command until the node dropped the sound, and until the last text reached
    the reader's socket: 0 if none arrived after the command."""

    sound_dropped: float
    last_text: float


class Person(Page):
    """A person in the Space. `captioned` holds the times at which texts reached the socket."""

    def __init__(self, port: int, space_id: str, session: str) -> None:
        super().__init__(port, f"/ws/spaces/{space_id}/", f"{session}; csrftoken={CSRF_TOKEN}")
        self._commands = f"http://127.0.0.1:{port}/spaces/{space_id}/"
        self.captioned: list[float] = []

    def _process(self, frame: dict[str, Any]) -> None:
        super()._process(frame)
        if frame["t"] in ("interim_caption", "caption") and frame["text"]:
            self.captioned.append(time.time())

    async def speak(self) -> Client:
        client = Client()
        client.accept((await self._ask(t="speak", sdp=client.offer()))["sdp"])
        await client.connect()
        return client

    def read_captions(self) -> None:
        if self._writer:
            frame = {"t": "read_captions", "on": True}
            self._writer.write(pack_frame(TEXT, json.dumps(frame).encode()))

    async def unmute(self) -> None:
        await asyncio.to_thread(self._post, "microphone/", muted="false")

    async def caption_my_voice(self, on: bool) -> None:
        await asyncio.to_thread(self._post, "captions/voice/", on=str(on).lower())

    def _post(self, command: str, **data: str) -> None:
        headers = {"Cookie": self.cookie, "X-CSRFToken": CSRF_TOKEN}
        request = Request(self._commands + command, urlencode(data).encode(), headers)  # noqa: S310
        urlopen(request, timeout=PATIENCE).close()  # noqa: S310 - our own site


def measure(times: int) -> list[Withdrawal]:
    with (
        tempfile.TemporaryDirectory(prefix="spaces-bench-") as home,
        RedisServer(Path(home) / "redis") as server,
    ):
        stack = Stack(
            Path(home),
            CAPTIONS_ENGINE="moonshine",
            AUDIO_RECOGNIZERS="1",
            LOG_FORMAT="json",
            REDIS_URL=server.url,
            SECRET_KEY=SECRET_KEY,
        )
        try:
            stack.launch()
            stack.wait_until_healthy(STARTED_WITHIN)
            return asyncio.run(_measure(stack, times))
        finally:
            stack.stop()


async def _measure(stack: Stack, times: int) -> list[Withdrawal]:
    space_id, host, listener = await asyncio.to_thread(_sign_in, stack)
    speaker, reader = (Person(stack.port, space_id, each) for each in (host, listener))
    async with _in_the_room(speaker, reader):
        reader.read_captions()
        await speaker.unmute()
        playing = asyncio.create_task(play(await speaker.speak(), packets()))
        try:
            return [await _withdraw(stack, speaker, reader) for _ in range(times)]
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)


async def _withdraw(stack: Stack, speaker: Person, reader: Person) -> Withdrawal:
    seen = len(reader.captioned)
    await speaker.caption_my_voice(True)
    await _until(lambda: len(reader.captioned) >= seen + 2)
    await asyncio.sleep(random.uniform(0, READ_EVERY))  # at any time between two interim texts
    switched_off = time.time()
    await speaker.caption_my_voice(False)
    await asyncio.sleep(WATCHED)
    dropped = [at for at in _withdrawals(stack) if at >= switched_off]
    return Withdrawal(min(dropped) - switched_off, max(0.0, reader.captioned[-1] - switched_off))


def _withdrawals(stack: Stack) -> Iterator[float]:
    """Return the times at which the audio node stopped recognizing a voice."""
    for line in (stack.home / "logs" / "spaces.log").read_text().splitlines():
        if WITHDRAWN in line:
            yield datetime.fromisoformat(json.loads(line)["timestamp"]).timestamp()


def _sign_in(stack: Stack) -> tuple[str, str, str]:
    """Return the demo's live Space, and the session cookies of its host and of a listener."""
    os.environ.update(stack.environment, DEMO="1", DJANGO_SETTINGS_MODULE="config.settings")
    django.setup()
    from bench import room  # noqa: PLC0415 - models can only be imported now

    space_id, (listener,) = room.prepare(1)
    return space_id, room.sign_in_host(space_id), listener


@asynccontextmanager
async def _in_the_room(*people: Person) -> AsyncIterator[None]:
    lives = [asyncio.create_task(person.live()) for person in people]
    try:
        await _until(lambda: all(person.greeted for person in people))
        yield
    finally:
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)
