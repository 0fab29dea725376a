"""Measure the mouth-to-ear latency from one Chromium to another, in milliseconds.

The latency includes the whole chain: WebAudio, Chromium's encoder, the node's jitter buffer and
mixer, Chromium's jitter buffer, WebAudio again. Both pages read the same clock.
"""

import shutil
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Page, async_playwright

from bench.audio.node import SPEAKERS
from bench.audio.node_client import NodeClient

PAGE = Path(__file__).with_name("mouth_to_ear.html").read_text()
ORIGIN = "https://spaces.test/"  # requests to it are intercepted
FLAGS = [
    "--autoplay-policy=no-user-gesture-required",
    "--no-sandbox",
    "--disable-renderer-backgrounding",  # hidden pages would run at a low priority
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
]
LONGEST = 600.0  # ms; a later onset does not belong to the burst


async def measure_mouth_to_ear(path: str, *, bursts: int = 30) -> list[float]:
    """Return the delays of the bursts that arrived through the node at `path`, ascending."""
    node_client, (mouth_name, ear_name) = await NodeClient.open(path), (SPEAKERS[0], "ear")
    async with async_playwright() as playwright, AsyncExitStack() as stack:

        async def open_page() -> Page:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=FLAGS,
                ignore_default_args=["--mute-audio"],
            )
            stack.push_async_callback(browser.close)
            page = await browser.new_page()
            await page.route(
                ORIGIN, lambda route: route.fulfill(body=PAGE, content_type="text/html")
            )
            await page.goto(ORIGIN)
            return page

        mouth, ear = await open_page(), await open_page()
        offer = await mouth.evaluate("speak()")
        answer = await node_client.request("speak", "mouth", mouth_name, offer)
        await mouth.evaluate("sdp => accept(sdp)", answer)
        offer = await node_client.request("listen", ear_name, ear_name)
        await node_client.request(
            "answer", ear_name, await ear.evaluate("sdp => listen(sdp)", offer)
        )
        for page in (mouth, ear):
            await page.wait_for_function("connection() === 'connected'")
        await mouth.evaluate("burst(3)")  # let the jitter buffers adapt
        await ear.evaluate("onsets.length = 0")
        begun = await mouth.evaluate("count => burst(count)", bursts)
        onsets = await ear.evaluate("onsets")
    node_client.close()
    return delays(begun, onsets)


def delays(begun: list[float], onsets: list[float]) -> list[float]:
    """Return the time from the start of each burst to the first onset after it, ascending."""
    first = ([onset - at for onset in onsets if 0 < onset - at < LONGEST] for at in begun)
    return sorted(found[0] for found in first if found)
