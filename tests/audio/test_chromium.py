"""Chromium with fake microphones connects to an engine without the rest of the site."""

import shutil
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from audio.engine import Engine
from audio.plan import RoomPlan
from tests.audio.callers import caller
from tests.audio.tones import write_tone

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]

PAGE = Path(__file__).with_name("listening_page.html").read_text()
ORIGIN = "https://spaces.test/"  # never fetched; a microphone needs a secure origin
FLAGS = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--no-sandbox",
]
LOUD, QUIET = -45.0, -80.0  # dB of a spectral peak


async def open_browser(playwright, microphone: Path | None = None) -> Browser:
    flags = [*FLAGS]
    if microphone:
        flags.append(f"--use-file-for-fake-audio-capture={microphone}")
    return await playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=flags,
        ignore_default_args=["--mute-audio"],
    )


async def open_page(browser: Browser) -> Page:
    page = await browser.new_page()
    await page.route(ORIGIN, lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    await page.goto(ORIGIN)
    return page


async def listen(engine: Engine, page: Page, person: str) -> None:
    offer = await engine.listen("r", person, caller(person))
    await engine.answer("r", person, await page.evaluate("sdp => listen(sdp)", offer))


async def speak(engine: Engine, page: Page, person: str) -> None:
    offer = await page.evaluate("speak()")
    answer = await engine.speak("r", person, caller(person), offer)
    await page.evaluate("sdp => accept(sdp)", answer)


async def wait_until_heard(page: Page, hz: int, level: float) -> None:
    await page.wait_for_function(f"hear({hz})[0] > {level}", timeout=15_000)


async def wait_until_only_the_other_is_heard(page: Page, *, other: int, own: int) -> None:
    """Wait until `other` is 50 dB above `own`, which a gap in the sound prevents for a moment."""
    heard = f"(([other, own]) => other - own > 50)(hear({other}, {own}))"
    await page.wait_for_function(heard, timeout=15_000)


async def test_two_speakers_and_a_listener_hear_the_right_voices(tmp_path: Path) -> None:
    plan = RoomPlan("r", live=True, stage={"ana": False, "ben": False})

    async def plan_of(_room: str, _callers: object) -> RoomPlan:
        return plan

    engine = Engine(plan_of=plan_of, port=0)
    await engine.start()
    async with async_playwright() as playwright:
        ana_browser = await open_browser(playwright, write_tone(tmp_path / "ana.wav", hz=600))
        ben_browser = await open_browser(playwright, write_tone(tmp_path / "ben.wav", hz=1000))
        try:
            ana, ben = await open_page(ana_browser), await open_page(ben_browser)
            eve = await open_page(ana_browser)
            await speak(engine, ana, "ana")
            await speak(engine, ben, "ben")
            await listen(engine, eve, "eve")

            await wait_until_heard(eve, 600, LOUD)
            await wait_until_heard(eve, 1000, LOUD)
            await wait_until_heard(ana, 1000, LOUD)
            await wait_until_heard(ben, 600, LOUD)
            await wait_until_only_the_other_is_heard(ana, other=1000, own=600)
            await wait_until_only_the_other_is_heard(ben, other=600, own=1000)

            plan = RoomPlan("r", live=True, stage={"ana": True, "ben": False})
            await engine.reconcile("r")
            await eve.wait_for_function(f"hear(600)[0] < {QUIET}", timeout=15_000)
            await wait_until_heard(eve, 1000, LOUD)

            plan = RoomPlan("r")
            await engine.reconcile("r")
            for page, hz in ((ana, 1000), (ben, 600), (eve, 1000)):
                await page.wait_for_function(f"hear({hz})[0] < {QUIET}", timeout=15_000)
        finally:
            await ana_browser.close()
            await ben_browser.close()
    await engine.stop()
