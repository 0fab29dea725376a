"""People who play the recording of `tests.read_aloud` again and again, each from a different place.

`python -m bench.captions.talkers SETUP`, where SETUP is JSON: `path` and `people`.
"""

import asyncio
import json
import sys

from bench.audio.talking import talk
from bench.captions.reading import packets


async def run(path: str, people: list[str]) -> None:
    read = packets()
    starts = [len(read) * number // len(people) for number in range(len(people))]
    await asyncio.gather(
        *(
            talk(path, person, read[start:] + read[:start])
            for person, start in zip(people, starts, strict=True)
        )
    )


if __name__ == "__main__":
    setup = json.loads(sys.argv[1])
    asyncio.run(run(setup["path"], setup["people"]))
