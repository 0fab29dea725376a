"""How a libopus is chosen, and how its features are detected."""

import ctypes as c
from typing import Any

import numpy as np
import pytest

from audio.mixing import libopus, opus
from audio.mixing.concealment import (
    NEURAL_COMPLEXITY,
    NEURAL_FRAMES,
    SET_COMPLEXITY,
    NeuralLimit,
    conceals_neurally,
)
from audio.mixing.libopus import Candidate, choose
from audio.mixing.opus import FRAME, Decoder
from tests.audio.sound import encode, sine

FRAME_BYTES = 960 * 4


class NeuralLibrary:
    """A libopus whose concealment depends on the complexity, as with neural concealment. If
    `enhances`, decoding depends on it too, as with the speech enhancement of other builds."""

    def __init__(self, *, enhances: bool = False) -> None:
        self.complexity = 0
        self._enhances = enhances

    def __getattr__(self, name: str) -> Any:
        return getattr(libopus.lib, name)

    def opus_decoder_ctl(self, decoder: int, request: int, value: c.c_int) -> int:
        assert request == SET_COMPLEXITY
        self.complexity = value.value
        return 0

    def opus_decode_float(
        self, decoder: int, packet: bytes | None, length: int, pcm: int, samples: int, fec: int
    ) -> int:
        decoded = libopus.lib.opus_decode_float(decoder, packet, length, pcm, samples, fec)
        if self.complexity >= NEURAL_COMPLEXITY and (packet is None or self._enhances):
            c.memset(pcm, 0, FRAME_BYTES)
        return int(decoded)


@pytest.mark.parametrize("candidate", libopus.find_candidates(), ids=lambda each: each.version)
def test_a_library_is_neural_if_complexity_changes_its_concealment(candidate: Candidate) -> None:
    sounds = []
    for complexity in (0, 10):
        decoder = candidate.library.opus_decoder_create(48_000, 1, c.byref(c.c_int()))
        candidate.library.opus_decoder_ctl(decoder, SET_COMPLEXITY, c.c_int(complexity))
        sound = np.zeros(960, np.float32)
        for packet in [*encode(sine(200, seconds=0.3)), None, None]:
            length = len(packet) if packet else 0
            candidate.library.opus_decode_float(decoder, packet, length, sound.ctypes.data, 960, 0)
        candidate.library.opus_decoder_destroy(decoder)
        sounds.append(sound)
    assert candidate.neural == (not np.array_equal(*sounds))


def test_a_library_with_neural_concealment_is_recognised() -> None:
    assert conceals_neurally(NeuralLibrary())  # type: ignore[arg-type]


def test_speech_enhancement_is_not_mistaken_for_neural_concealment() -> None:
    assert not conceals_neurally(NeuralLibrary(enhances=True))  # type: ignore[arg-type]


def test_a_neural_library_is_preferred_then_the_newest_then_the_first() -> None:
    old, new = (Candidate(libopus.lib, f"libopus {number}", False) for number in ("1.9.2", "1.10"))
    neural = Candidate(libopus.lib, "libopus 1.5.2", True)
    assert choose([old, new]) is new
    assert choose([old, new, neural]) is neural
    same = Candidate(libopus.lib, "libopus 1.10", False)
    assert choose([new, same]) is new
    with pytest.raises(ImportError):
        choose([])


def test_the_description_names_version_and_neural_concealment() -> None:
    assert libopus.describe().startswith(f"{libopus.chosen.version}, ")
    assert libopus.describe().endswith("neural concealment") == libopus.chosen.neural


@pytest.fixture
def neural(monkeypatch: pytest.MonkeyPatch) -> NeuralLibrary:
    library = NeuralLibrary()
    monkeypatch.setattr(opus, "lib", library)
    monkeypatch.setattr(opus, "chosen", Candidate(library, "libopus 1.6.1", True))  # type: ignore[arg-type]
    monkeypatch.setattr(opus, "_neural_limit", NeuralLimit())
    return library


def test_neural_concealment_is_used_for_speech_but_not_for_music(neural: NeuralLibrary) -> None:
    """The neural network turns every sound into speech, and stereo into mono."""
    Decoder(channels=2).conceal(FRAME, tick=1.0)
    assert neural.complexity == 0
    Decoder().conceal(FRAME, tick=1.0)
    assert neural.complexity == NEURAL_COMPLEXITY


def test_the_number_of_neural_frames_per_tick_is_limited(
    neural: NeuralLibrary,
) -> None:
    decoders = [Decoder() for _ in range(NEURAL_FRAMES + 2)]
    used = []
    for tick in (1.0, 1.02):
        for decoder in decoders:
            neural.complexity = NEURAL_COMPLEXITY if decoder._neural else 0
            decoder.conceal(FRAME, tick=tick)
            used.append(neural.complexity == NEURAL_COMPLEXITY)
    assert used == 2 * ([True] * NEURAL_FRAMES + [False] * 2)
