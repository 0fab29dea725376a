"""AAC in fragmented MP4 (ISO/IEC 14496-12): an init segment, then media segments."""

from dataclasses import dataclass

import av
import numpy as np
from av.audio.stream import AudioStream

from audio.mixing.opus import RATE, Pcm

AAC_FRAME = 1024  # samples
FRAMES_PER_SEGMENT = 94  # just over two seconds
BITRATES = {1: 56_000, 2: 112_000}  # bits per second, by the number of channels

_LAYOUTS = {1: "mono", 2: "stereo"}
_OPTIONS = {
    # The first fragment begins without samples, and each of the others contains one segment.
    "movflags": "empty_moov+default_base_moof+omit_tfhd_offset+skip_trailer",
    "frag_duration": "2000000",  # microseconds; the fragment ends with the frame that exceeds it
    "use_editlist": "0",
    "flush_packets": "1",
    "brand": "iso6",
}


@dataclass(frozen=True)
class MediaSegment:
    data: bytes
    seconds: float


class _Output:
    """A file object that keeps what was written until it is taken."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


class Encoding:
    """Encodes sound with one number of channels. A stream that changes it begins another one."""

    def __init__(self, channels: int) -> None:
        self.channels = channels
        self._output = _Output()
        self._container = av.open(self._output, "w", format="mp4", options=_OPTIONS)
        self._stream = self._container.add_stream("aac", rate=RATE, layout=_LAYOUTS[channels])
        self._stream.bit_rate = BITRATES[channels]
        self._container.start_encoding()
        self._waiting = np.zeros((0, channels), np.float32)
        self._encoded = 0  # samples
        self._frames = 0  # in the segment that is being written
        self.init_segment = self._output.take()

    def write(self, sound: Pcm) -> list[MediaSegment]:
        """Encode sound of shape (samples, 2); return the segments that are complete."""
        if self.channels == 1:
            sound = sound.mean(axis=1, keepdims=True)
        self._waiting = np.concatenate((self._waiting, sound))
        segments = []
        while len(self._waiting) >= AAC_FRAME:
            frame, self._waiting = self._waiting[:AAC_FRAME], self._waiting[AAC_FRAME:]
            segments += self._encode(frame)
        return segments

    def close(self) -> list[MediaSegment]:
        """Return what remains as a last segment, which may be shorter."""
        segments = [] if not len(self._waiting) else self._encode(self._padded())
        for packet in self._stream.encode(None):
            segments += self._mux(packet)
        self._container.close()
        if data := self._output.take():
            segments.append(MediaSegment(data, self._frames * AAC_FRAME / RATE))
        return segments

    def _padded(self) -> Pcm:
        padding = AAC_FRAME - len(self._waiting)
        return np.pad(self._waiting, ((0, padding), (0, 0)))

    def _encode(self, sound: Pcm) -> list[MediaSegment]:
        planes = np.ascontiguousarray(sound.T)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=_LAYOUTS[self.channels])
        frame.sample_rate, frame.pts = RATE, self._encoded
        self._encoded += AAC_FRAME
        segments = []
        for packet in self._stream.encode(frame):
            segments += self._mux(packet)
        return segments

    def _mux(self, packet: "av.Packet[AudioStream]") -> list[MediaSegment]:
        """Add a packet; the library writes the fragment before it when that is long enough."""
        self._container.mux(packet)
        data = self._output.take()
        finished = [MediaSegment(data, self._frames * AAC_FRAME / RATE)] if data else []
        self._frames = 1 if data else self._frames + 1
        return finished
