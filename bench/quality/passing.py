"""`python -m bench.quality.passing`: find out whether one voice could bypass the mixer.

While one person talks, listeners could receive that person's own packets. This program switches in
the middle of words from these packets to those of the mixer and back, and looks for clicks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfiltfilt

from audio.mixing.opus import FRAME, RATE, Decoder, Encoder, EncoderSettings, Pcm
from audio.mixing.output import Output
from bench.quality.score import LOOKAHEAD, rate_speech
from bench.quality.speech import read_speech

SENT = EncoderSettings(bitrate=32_000)
MIXED = EncoderSettings()
LATE = round(LOOKAHEAD * RATE)  # samples by which an encoder delays its sound
LOUD = -30.0  # dBFS: such a frame is in the middle of a word
MIX_FOR, PASS_FOR = 50, 37  # frames
MARGIN = 60  # frames without a switch at both ends
WINDOW = 120  # samples: 2.5 ms
WHERE = (-2, 10)  # windows around a switch in which a click is looked for

# Words have little sound in these frequencies, and clicks have much.
_HIGH = butter(8, (9_500, 20_000), "bandpass", fs=RATE, output="sos")


@dataclass(frozen=True)
class Way:
    """A way of switching. `ahead`: the mixer decodes this many samples more than it encodes, so
    that its encoder's delay does not repeat sound. `gain`: of the mixer, in dB."""

    name: str
    ahead: int = 0
    gain: float = 0.0


WAYS = (
    Way("switched as it comes"),
    Way("aligned", LATE),
    Way("aligned, 1 dB louder", LATE, 1.0),
    Way("aligned, 3 dB louder", LATE, 3.0),
)


class Voice:
    """One voice, as it was sent and as the mixer decodes it."""

    def __init__(self, said: Pcm) -> None:
        self.said = said[: len(said) // FRAME * FRAME]
        encoder = Encoder(SENT)
        self.sent = [encoder.encode(frame) for frame in self.said.reshape(-1, FRAME)]
        self._decoded = np.concatenate((hear(self.sent), np.zeros(FRAME, np.float32)))

    def mix(self, first: int, last: int, way: Way) -> list[bytes]:
        """Return the mixer's packets for these frames."""
        gain = np.float32(10 ** (way.gain / 20))
        sound = self._decoded[way.ahead :] * gain
        before = sound[(first - 1) * FRAME : first * FRAME] if first else None
        output = Output(MIXED, loss=MIXED.loss, before=before)
        return [output.packet(sound[at * FRAME : (at + 1) * FRAME]) for at in range(first, last)]

    def switch(self, way: Way) -> tuple[list[bytes], list[int]]:
        """Return packets that switch to the mix in the middle of words and back a second later, and
        the frames at which they switch."""
        packets, switches, at = list(self.sent), list[int](), MARGIN
        frames = self._decoded[: len(self.said)].reshape(-1, FRAME)
        loud = 10 * np.log10((frames**2).mean(axis=1) + 1e-12) > LOUD
        while at < len(packets) - MARGIN - MIX_FOR:
            if not loud[at - 1 : at + 1].all():
                at += 1
                continue
            packets[at : at + MIX_FOR] = self.mix(at, at + MIX_FOR, way)
            switches += [at, at + MIX_FOR]
            at += MIX_FOR + PASS_FOR
        return packets, switches


def main() -> None:
    passages = read_speech()
    voice = Voice(np.concatenate(passages))
    passed, mixed = hear(voice.sent), hear(voice.mix(0, len(voice.sent), WAYS[0]))
    usual = np.maximum(high(passed), high(mixed))
    print("| received | PESQ | switches | above the words, median and highest |")
    print("|---|---|---|---|")
    print(f"| always as sent | {rate(voice.said, passed, LATE):.2f} | | |")
    print(f"| always mixed | {rate(voice.said, mixed, 2 * LATE):.2f} | | |")
    for way in WAYS:
        packets, switches = voice.switch(way)
        heard = hear(packets)
        clicks = [excess(high(heard), usual, at) for at in switches]
        print(
            f"| {way.name} | {rate(voice.said, heard, LATE):.2f} | {len(switches)} "
            f"| {np.median(clicks):.1f}, {max(clicks):.1f} dB |"
        )


def hear(packets: Sequence[bytes]) -> Pcm:
    decoder = Decoder()
    return np.concatenate([decoder.decode(packet, FRAME) for packet in packets])


def high(sound: Pcm) -> Pcm:
    """Return the level of the high frequencies in each window, in dB."""
    windows = sosfiltfilt(_HIGH, sound).reshape(-1, WINDOW)
    return np.asarray(10 * np.log10((windows**2).mean(axis=1) + 1e-12), np.float32)


def excess(levels: Pcm, usual: Pcm, switch: int) -> float:
    """Return by how many dB the highest level around a switch exceeds the level without one."""
    at = switch * FRAME // WINDOW
    around = slice(at + WHERE[0], at + WHERE[1])
    return float(levels[around].max() - usual[around].max())


def rate(said: Pcm, heard: Pcm, late: int) -> float:
    """Return the mean score of passages of 8 s."""
    length = 8 * RATE
    starts = range(0, len(said) - length - late + 1, length)
    return float(
        np.mean(
            [
                rate_speech(said[at : at + length], heard[at + late : at + late + length])
                for at in starts
            ]
        )
    )


if __name__ == "__main__":
    main()
