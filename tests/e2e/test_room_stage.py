"""Joining and leaving the stage and the room, without an interruption of the sound."""

import subprocess

import pytest
from playwright.sync_api import expect

from tests.e2e.room_page import HEARD, PATIENCE, SILENCE

WATCH_CLOSINGS = """
  const all = new Set();
  window.closings = [];  // for each closed connection: was another one connected?
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) { super(...options); all.add(this); }
    close() {
      all.delete(this);
      closings.push([...all].some((other) => other.connectionState === "connected"));
      super.close();
    }
  };
"""
RING = """async (hertz) => {
  const heard = () => spacesRoom.spectrum(hertz)[0] > HEARD;
  const lit = () => document.querySelector("[data-part=stage] [data-talking]") !== null;
  const times = {};
  while (!("voice" in times && "ring" in times)) {
    if (!("voice" in times) && heard()) times.voice = performance.now();
    if (!("ring" in times) && lit()) times.ring = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return Math.round(times.ring - times.voice);
}""".replace("HEARD", str(HEARD))
GENEROUS = 3_000  # ms, as the machine is shared; the goal is 300, and the test prints the time


def test_joining_and_leaving_the_stage_does_not_interrupt_the_sound(join_space):
    ana, cleo = join_space("ana", tone=600), join_space("cleo", tone=1000, scripts=[WATCH_CLOSINGS])
    ana.unmute()
    cleo.wait_to_hear(600)

    ana.invite("Cleo")
    cleo.accept()
    cleo.wait_to_hear(600)
    cleo.unmute()
    ana.wait_to_hear(1000)

    cleo.page.get_by_role("button", name="More").click()
    cleo.page.get_by_role("button", name="Move to listeners").click()
    expect(cleo.root).to_have_attribute("data-role", "listener", timeout=PATIENCE)
    ana.wait_for_silence(1000)
    cleo.wait_to_hear(600)
    assert cleo.page.evaluate("closings") == [True, True]


def test_a_speaking_person_has_a_ring(join_space, report_timing):
    ana, eve = join_space("ana", tone=600), join_space("eve")
    ana.unmute()
    lag = eve.page.evaluate(RING, 600)
    report_timing(f"ring {lag} ms behind the voice")
    assert lag < GENEROUS
    expect(eve.person("Ana")).to_have_attribute("data-talking", "")
    ana.mute()
    expect(eve.person("Ana")).not_to_have_attribute("data-talking", "")


def test_leaving_ends_the_sound_and_people_can_come_back(join_space, space_url, stack):
    ana, eve = join_space("ana", tone=600), join_space("eve")
    ana.unmute()
    eve.wait_to_hear(600)
    eve.page.get_by_role("button", name="Leave").click()
    expect(eve.page).to_have_url(f"{stack.url}/")
    assert eve.spectrum(600) == [SILENCE]
    expect(ana.person("Eve")).to_have_count(0)

    eve.page.goto(space_url)
    eve.enter()
    eve.wait_to_hear(600)
    expect(ana.person("Eve")).to_have_count(1, timeout=PATIENCE)


@pytest.fixture
def speech(tmp_path):
    """A file with half a minute of speech for the microphone."""
    path = tmp_path / "speech.wav"
    words = "Good morning from the harbour. The first ferry leaves in ten minutes. " * 8
    subprocess.run(["espeak-ng", "-w", path, words], check=True)
    return path


def test_speech_is_heard_with_all_of_the_browsers_processing(join_space, speech):
    ana = join_space("ana", f"--use-file-for-fake-audio-capture={speech}")
    eve = join_space("eve")
    ana.unmute()
    eve.page.wait_for_function("() => spacesRoom.session.sound.level() > 0.4", timeout=PATIENCE)
    expect(eve.person("Ana")).to_have_attribute("data-talking", "", timeout=PATIENCE)
