"""The recording of `tests.read_aloud`, as packets."""

import numpy as np

from bench.audio.talking import encode
from tests.read_aloud import samples

SECONDS = 42.0  # the known words of the recording


def packets() -> list[bytes]:
    return encode((samples(SECONDS) / 32768).astype(np.float32))
