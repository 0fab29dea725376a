"""Recognize the recording in a recognizer process: `python -m tests.audio.recognition.recognize
RECOGNIZER MODEL SECONDS`. Prints the final text and the status of that process as JSON."""

import asyncio
import json
import sys
import time
from pathlib import Path

from audio.events import AudioEvent, CaptionLine
from audio.recognition.pool import Model, RecognizerPool
from tests.read_aloud import RATE, samples

CHUNK = RATE // 10
PATIENCE = 300.0  # seconds


async def recognize(model: Model, seconds: float) -> dict[str, object]:
    events: list[AudioEvent] = []
    pool = RecognizerPool(model, 1, events.append)
    pool.start()
    voice = pool.open("room", "ana")
    sound = samples(seconds)
    async with asyncio.timeout(PATIENCE):
        for at in range(0, len(sound), CHUNK):
            pool.send(voice, time.time(), sound[at : at + CHUNK].tobytes())
            await asyncio.sleep(0.1)  # as fast as people talk
        status = Path(f"/proc/{pool.processes[0].pid}/status").read_text()
        pool.finish(voice)
        while pool.processes[0].voices:
            await asyncio.sleep(0.01)
    await pool.stop()
    lines = [each for each in events if isinstance(each, CaptionLine) and each.final]
    return {"text": " ".join(line.text for line in lines), "status": status.splitlines()}


if __name__ == "__main__":
    recognizer, model, seconds = sys.argv[1:]
    print(json.dumps(asyncio.run(recognize(Model(recognizer, model), float(seconds)))))
