"""Moonshine tiny (English), which the package moonshine-voice contains. It detects speech itself.

Version 0.1.0 is the last that contains a model.
"""

from typing import Any

from moonshine_voice import ModelArch
from moonshine_voice.transcriber import Transcriber
from moonshine_voice.utils import get_assets_path

from audio.recognition.interface import SAMPLE_RATE, Line, Sound

ON_REQUEST = 1e9  # seconds between the updates that the library makes by itself: none
# Without these options, the library keeps all sound, 20 MB in 48 s, and compares voices.
OPTIONS = {"return_audio_data": "false", "identify_speakers": "false"}


class Moonshine:
    def __init__(self, model: str = "") -> None:
        self._transcriber = Transcriber(
            get_assets_path() / "tiny-en",
            model_arch=ModelArch.TINY,
            update_interval=ON_REQUEST,
            options=OPTIONS,
        )

    def open(self, language: str) -> "MoonshineStream":
        return MoonshineStream(self._transcriber.create_stream())


class MoonshineStream:
    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._finished: set[int] = set()  # the library may complete a line twice
        stream.start()

    def add(self, sound: Sound) -> None:
        self._stream.add_audio(sound.tolist(), SAMPLE_RATE)

    def read(self) -> list[Line]:
        return self._changed(self._stream.update_transcription())

    def close(self) -> list[Line]:
        lines = self._changed(self._stream.stop())
        self._stream.close()
        return lines

    def _changed(self, transcript: Any) -> list[Line]:
        lines = []
        for line in transcript.lines if transcript else []:
            if line.line_id in self._finished or not line.is_updated:
                continue
            if line.is_complete:
                self._finished.add(line.line_id)
            lines.append(
                Line(
                    number=line.line_id,
                    text=line.text.strip(),
                    started=line.start_time,
                    ended=line.start_time + line.duration,
                    final=line.is_complete,
                    language="en",
                )
            )
        return lines
