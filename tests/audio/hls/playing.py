"""Read an HLS stream as a player does: parse the playlist, and decode the segments."""

import io
import re
from pathlib import Path

import av
import numpy as np

from audio.mixing.opus import Pcm

TAG = re.compile(r"^#EXT-X-MEDIA-SEQUENCE:(\d+)$", re.MULTILINE)


def decode(data: bytes) -> Pcm:
    """Return the sound in an init segment and the segments after it: (samples, channels)."""
    with av.open(io.BytesIO(data)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(frames, axis=1).T


def sequence_number(playlist: str) -> int:
    found = TAG.search(playlist)
    assert found, playlist
    return int(found[1])


def files_in(playlist: str) -> list[str]:
    """Return the names in a playlist, in its order: init segments, media segments."""
    return re.findall(r'URI="([^"]+)"|^([^#\n].*)$', playlist, re.MULTILINE)


def periods_in(playlist: str) -> list[list[str]]:
    """Return the names of the files of each encoding: its init segment, then its segments."""
    periods: list[list[str]] = []
    for init, name in files_in(playlist):
        if init:
            periods.append([init])
        else:
            periods[-1].append(name)
    return periods


def play(folder: Path) -> list[Pcm]:
    """Return the sound of each encoding in the playlist of a folder."""
    playlist = (folder / "live.m3u8").read_text()
    return [
        decode(b"".join((folder / name).read_bytes() for name in period))
        for period in periods_in(playlist)
    ]
