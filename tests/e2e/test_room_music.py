"""Music mode: a host switches it on, and listeners hear unprocessed stereo."""

import wave
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.room_page import HEARD, PATIENCE, RoomPage
from tests.fixtures.chromium import SAMPLE_RATE, TONE_LEVEL

LEFT, RIGHT = 600, 1000  # Hz
APART = 25  # dB by which a tone must be weaker on the other side

CHANNELS = """
({tones}) => {
  const { context, stream } = spacesRoom.session.sound;
  if (!window.sides || window.heard !== stream) {
    window.heard = stream;
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    context.createMediaStreamSource(stream).connect(splitter);
    window.sides = [0, 1].map((side) => {
      const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
      splitter.connect(analyser, side);
      return analyser;
    });
  }
  return window.sides.map((analyser) => {
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const width = context.sampleRate / analyser.fftSize;
    return tones.map((tone) => {
      const centre = Math.round(tone / width);
      return Math.max(-200, ...bins.slice(centre - 3, centre + 4));
    });
  });
}
"""
RECEIVED = """
async () => {
  const stats = await spacesRoom.session.call.peer.stats();
  const inbound = [...stats.values()].find((each) => each.type === "inbound-rtp");
  const { packetsLost: lost, packetsReceived: packets, bytesReceived: bytes } = inbound;
  return { peer: spacesRoom.session.call.peer.name, lost, packets, bytes };
}
"""
BYTES_PER_PACKET = f"""
async () => {{
  const before = await ({RECEIVED})();
  let now = before;
  while (now.packets < before.packets + 25) {{
    await new Promise((resolve) => setTimeout(resolve, 50));
    now = await ({RECEIVED})();
  }}
  return (now.bytes - before.bytes) / (now.packets - before.packets);
}}
"""
SETTINGS = "() => spacesRoom.session.microphone.track.getSettings()"


@pytest.fixture
def stereo_microphone(tmp_path: Path) -> str:
    """The flag for a microphone with one tone on the left and another on the right."""
    seconds = np.arange(10 * SAMPLE_RATE) / SAMPLE_RATE
    sides = [TONE_LEVEL * np.sin(2 * np.pi * hertz * seconds) for hertz in (LEFT, RIGHT)]
    with wave.open(str(tmp_path / "stereo.wav"), "wb") as file:
        file.setparams((2, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes((np.stack(sides, axis=1) * 32767).astype("<i2").tobytes())
    return f"--use-file-for-fake-audio-capture={tmp_path / 'stereo.wav'}"


def wait_until_apart(page: Page) -> None:
    """Wait until each tone is heard on its own side only."""
    page.wait_for_function(
        f"(tones) => {{ const [left, right] = ({CHANNELS})({{tones}});"
        f" return left[0] > {HEARD} && right[1] > {HEARD}"
        f" && left[0] - right[0] > {APART} && right[1] - left[1] > {APART}; }}",
        arg=[LEFT, RIGHT],
        timeout=PATIENCE,
    )


def switch_music_mode(host: RoomPage) -> None:
    host.open_people().get_by_role("switch", name="Music mode").click()
    host.close_sheet()


def bytes_per_packet(page: Page) -> float:
    size: float = page.evaluate(BYTES_PER_PACKET)
    return size


def switch_on_data_saver(listener: RoomPage) -> None:
    listener.page.get_by_role("button", name="More").click()
    listener.page.get_by_role("button", name="Audio settings").click()
    listener.page.get_by_role("switch", name="Data saver").click()
    listener.page.wait_for_function(
        "() => spacesRoom.session.call.peer.quality === 'saver'", timeout=PATIENCE
    )
    listener.close_sheet()


def test_music_is_heard_in_stereo_without_an_interruption(join_space, stereo_microphone):
    ana, eve = join_space("ana", stereo_microphone), join_space("eve")
    ana.unmute()
    connections = [person.page.evaluate(RECEIVED)["peer"] for person in (ana, eve)]
    assert ana.page.evaluate(SETTINGS)["echoCancellation"] is True

    switch_music_mode(ana)
    expect(eve.room.get_by_text("Music mode")).to_be_visible(timeout=PATIENCE)
    expect(ana.room.get_by_text("Use headphones: echo cancellation is off")).to_be_visible()
    wait_until_apart(eve.page)
    settings = ana.page.evaluate(SETTINGS)
    processing = {"echoCancellation", "noiseSuppression", "autoGainControl"}
    assert {name: settings[name] for name in processing} == dict.fromkeys(processing, False)
    assert settings["channelCount"] == 2

    in_full = bytes_per_packet(eve.page)
    switch_on_data_saver(eve)
    assert bytes_per_packet(eve.page) < in_full / 2

    switch_music_mode(ana)
    expect(eve.room.get_by_text("Music mode")).to_be_hidden(timeout=PATIENCE)
    ana.page.wait_for_function(f"() => ({SETTINGS})().echoCancellation", timeout=PATIENCE)
    after = [person.page.evaluate(RECEIVED) for person in (ana, eve)]
    assert [each["peer"] for each in after] == connections
    assert [each["lost"] for each in after] == [0, 0]
