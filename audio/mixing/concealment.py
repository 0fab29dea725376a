"""Detect whether a libopus conceals lost packets with its neural network ("deep PLC"), and limit
how many frames of a tick it conceals.

Versions from 1.5 on can do so if they are built for it, but no function reports it. The network
runs from decoder complexity 5 on. So a library has it if complexities 4 and 5 conceal a lost packet
with different sound, while they decode packets to the same sound.
"""

import ctypes as c

import numpy as np

NEURAL_COMPLEXITY = 5  # from this decoder complexity on, the network is used
SET_COMPLEXITY = 4010
NEURAL_FRAMES = 4  # frames per tick; each takes about 1 ms of the 20 ms

_RATE, _FRAME = 48_000, 960
_FRAMES = 10  # frames decoded before the lost ones
_APPLICATION_VOIP = 2048
_MAX_BYTES = 1_275


class NeuralLimit:
    """Limits the frames that are concealed neurally in a tick. When the node's own connection
    stalls, everybody's packets are missing at once, and concealing all of them would take longer
    than a tick."""

    def __init__(self) -> None:
        self._tick = 0.0
        self._left = NEURAL_FRAMES

    def take(self, tick: float) -> bool:
        """Count one more frame; return True if it may be concealed neurally in this tick."""
        if tick != self._tick:
            self._tick, self._left = tick, NEURAL_FRAMES
        self._left -= 1
        return self._left >= 0


def conceals_neurally(library: c.CDLL) -> bool:
    """Return True if this libopus uses the network; the types of its functions must be declared."""
    packets = _encode(library)
    low = _play(library, packets, NEURAL_COMPLEXITY - 1)
    high = _play(library, packets, NEURAL_COMPLEXITY)
    if low is None or high is None:
        return False
    decoded = slice(0, _FRAMES * _FRAME)
    concealed = slice(_FRAMES * _FRAME, None)
    same = np.array_equal(low[decoded], high[decoded])
    return same and not np.array_equal(low[concealed], high[concealed])


def _encode(library: c.CDLL) -> list[bytes]:
    time = np.arange(_FRAMES * _FRAME) / _RATE
    voice = sum(np.sin(2 * np.pi * 140 * n * time) / n for n in range(1, 20))
    sound = (0.1 * np.asarray(voice)).astype(np.float32)
    encoder = library.opus_encoder_create(_RATE, 1, _APPLICATION_VOIP, c.byref(c.c_int()))
    out = c.create_string_buffer(_MAX_BYTES)
    packets = []
    for at in range(0, len(sound), _FRAME):
        frame = np.ascontiguousarray(sound[at : at + _FRAME])
        size = library.opus_encode_float(encoder, frame.ctypes.data, _FRAME, out, _MAX_BYTES)
        packets.append(c.string_at(out, max(0, size)))
    library.opus_encoder_destroy(encoder)
    return packets


def _play(
    library: c.CDLL, packets: list[bytes], complexity: int
) -> np.ndarray[tuple[int], np.dtype[np.float32]] | None:
    """Decode the packets and conceal three more; None if the decoder has no complexity setting."""
    decoder = library.opus_decoder_create(_RATE, 1, c.byref(c.c_int()))
    try:
        if library.opus_decoder_ctl(decoder, SET_COMPLEXITY, c.c_int(complexity)) < 0:
            return None
        sound = np.zeros((len(packets) + 3) * _FRAME, np.float32)
        for number, packet in enumerate([*packets, None, None, None]):
            start = sound.ctypes.data + number * _FRAME * sound.itemsize
            length = len(packet) if packet else 0
            if library.opus_decode_float(decoder, packet, length, start, _FRAME, 0) < 0:
                return None
        return sound
    finally:
        library.opus_decoder_destroy(decoder)
