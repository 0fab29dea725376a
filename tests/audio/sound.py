"""Make and measure sound for tests: mono float32 in [-1, 1] at 48 kHz."""

import io
import subprocess
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from audio.mixing.opus import FRAME, RATE, Decoder, Encoder, EncoderSettings, Pcm, samples_in
from audio.mixing.streams import settings_for

TICK = 0.020  # seconds that a packet lasts


@dataclass(frozen=True)
class Packet:
    timestamp: int
    payload: bytes
    ssrc: int = 1

    @property
    def sequence_number(self) -> int:
        """The number that fits a stream of packets of this length, from timestamp 0 on."""
        return self.timestamp // (samples_in(self.payload) or FRAME) & 0xFFFF


def sine(hz: float, *, seconds: float = 2.0, level: float = -20.0) -> Pcm:
    """A tone of this level in dBFS (RMS)."""
    t = np.arange(round(seconds * RATE)) / RATE
    return (np.sqrt(2) * 10 ** (level / 20) * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def noise(*, seconds: float = 2.0, level: float = -50.0) -> Pcm:
    samples = np.random.default_rng(7).standard_normal(round(seconds * RATE))
    return (10 ** (level / 20) * samples).astype(np.float32)


def coloured_noise(power: float, *, seconds: float = 2.0, level: float = -50.0) -> Pcm:
    """Noise whose amplitude falls with this power of the frequency: 0.5 is pink, 1 is brown."""
    white = np.random.default_rng(7).standard_normal(round(seconds * RATE))
    hertz = np.maximum(np.fft.rfftfreq(len(white), 1 / RATE), 40.0)
    shaped = np.fft.irfft(np.fft.rfft(white) / hertz**power, len(white))
    return (10 ** (level / 20) * shaped / shaped.std()).astype(np.float32)


WORDS = "Good morning from the harbour. She sells sea shells, and the ferry leaves at ten."


@cache
def speech(*, level: float = -22.0, voice: str = "en") -> Pcm:
    """Almost five seconds of espeak-ng, at this level in dBFS (RMS, without the pauses)."""
    command = ["espeak-ng", "-v", voice, "--stdout", WORDS]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(output)) as file:
        rate = file.getframerate()
        spoken = np.frombuffer(output[44:], np.int16) / 32_768
    length = len(spoken) * RATE // rate
    spectrum = np.zeros(length // 2 + 1, np.complex128)
    spectrum[: len(spoken) // 2 + 1] = np.fft.rfft(spoken)
    sound = np.fft.irfft(spectrum, length)
    powers = np.array([frame.dot(frame) / FRAME for frame in frames(sound)])
    loud = powers[powers > powers.max() / 1000].mean()
    return (sound * 10 ** (level / 20) / np.sqrt(loud)).astype(np.float32)


def buzz(*, seconds: float, level: float = -24.0) -> Pcm:
    """A sound like a voice: a gliding pitch with harmonics, syllables, and pauses to breathe."""
    t = np.arange(round(seconds * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(130 + 40 * np.sin(2 * np.pi * 0.31 * t)) / RATE
    tone = sum(np.sin(number * phase) / number for number in range(1, 25))
    syllables = np.clip(np.sin(2 * np.pi * 3.7 * t) + 0.6, 0, 1) * (t % 2.0 > 0.25)
    sound = tone * syllables
    return (10 ** (level / 20) * sound / np.sqrt(np.mean(sound**2))).astype(np.float32)


def silence(seconds: float = 2.0) -> Pcm:
    return np.zeros(round(seconds * RATE), np.float32)


def frames(sound: Pcm, *, duration: int = FRAME) -> list[Pcm]:
    return [sound[at : at + duration] for at in range(0, len(sound) - duration + 1, duration)]


def open_encoder(*, loss: float = 0.05) -> Encoder:
    return Encoder(EncoderSettings(bitrate=32_000, loss=loss))


def open_music_encoder() -> Encoder:
    """An encoder like a browser's in music mode."""
    return Encoder(settings_for(EncoderSettings(), music=True, saver=False))


def encode(
    sound: Pcm,
    *,
    loss: float = 0.05,
    duration: int = FRAME,
    encoder: Encoder | None = None,
) -> list[bytes]:
    """Packets of `duration` samples, of a new stream unless an encoder is given."""
    encoder = encoder or open_encoder(loss=loss)
    return [encoder.encode(frame) for frame in frames(sound, duration=duration)]


def decode(packets: Iterable[bytes], *, channels: int = 1) -> Pcm:
    """Decode as a browser does; an empty packet was not sent, so the decoder bridges its time."""
    decoder = Decoder(channels=channels)
    return np.concatenate(
        [
            decoder.decode(packet, samples_in(packet)) if packet else decoder.conceal(FRAME)
            for packet in packets
        ]
    )


def strength(sound: Pcm, hz: int) -> float:
    """The level in dBFS of this frequency within the last second."""
    last = sound[-RATE:]
    spectrum = np.abs(np.fft.rfft(last * np.hanning(len(last)))) / (len(last) / 2)
    peak = float(spectrum[hz - 3 : hz + 4].max())  # a Hann window halves the amplitude
    return 20 * np.log10(peak * 2 / np.sqrt(2) + 1e-12)


def step(sound: Pcm) -> float:
    """The largest step from one sample to the next. A click shows as a large step."""
    return float(np.abs(np.diff(sound)).max())


def stereo(left: Pcm, right: Pcm) -> Pcm:
    return np.stack((left, right), axis=1)


TONE = encode(sine(600, seconds=1.0))


def packet(number: int) -> bytes:
    """A packet of an endless tone."""
    return TONE[number % len(TONE)]
