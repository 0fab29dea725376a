"""A real audio node on the test's database, and peers that listen and speak through it."""

import asyncio
from contextlib import asynccontextmanager

from audio.engine import Engine
from audio.interface import get_audio
from audio.node import Node
from spaces.room.audio_plan import PlanReader
from tests.audio import webrtc_client
from tests.fixtures.room import Page


@asynccontextmanager
async def audio_node():
    """Run a real node with a UDP port, on the test's database."""
    engine = Engine(plan_of=PlanReader().plan_of, host="127.0.0.1", port=0)
    node, stop = Node(engine, name="here"), asyncio.Event()
    running = asyncio.create_task(node.run(stop))
    await node.serving.wait()
    try:
        yield engine
    finally:
        stop.set()
        await running
        await get_audio().close()


async def connect_sound(page: Page, *, speaks: bool) -> webrtc_client.Client:
    """Connect the page's person to the sound, with the page's own signalling."""
    peer = webrtc_client.Client()
    if speaks:
        await page.send({"t": "speak", "ref": 1, "sdp": peer.offer()})
        peer.accept((await page.receive("reply"))["sdp"])
    else:
        await page.send({"t": "listen", "ref": 1})
        offered = await page.receive("reply")
        answer = peer.answer(offered["sdp"])
        await page.send({"t": "answer", "ref": 2, "peer": offered["peer"], "sdp": answer})
    await peer.connect()
    return peer
