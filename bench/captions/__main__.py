"""`python -m bench.captions [--seconds 60] [--listeners 500] [--talkers 1,2,3]
[--whisper MODEL] [--withdrawals 20] [--only engines|withdrawals]`.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median

from bench.captions import withdrawal
from bench.captions.measurement import Result, Setup, measure

MOONSHINE = "audio.recognition.moonshine.Moonshine"
WHISPER = "audio.recognition.whisper.Whisper"
FAULTY = "tests.audio.recognition.models."
TALKERS_WITH_FAULTS = 2
LISTENERS_OF_ONE_CORE = 50
COLUMNS = (
    "engine, people talking, listeners",
    "wrong words",
    "first text",
    "final text",
    "CPU per talker",
    "memory",
    "state, lost",
    "ticks late, p99",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.captions", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="duration of each measurement")
    parser.add_argument("--listeners", type=int, default=500)
    parser.add_argument("--talkers", default="1,2,3", help="numbers of captioned people")
    parser.add_argument("--whisper", action="append", default=[], help="a model of faster-whisper")
    parser.add_argument(
        "--withdrawals", type=int, default=20, help="how often a speaker turns captions off"
    )
    parser.add_argument("--only", choices=["engines", "withdrawals"])
    options = parser.parse_args()
    with suppress(PermissionError):
        os.nice(-15)  # for all processes of the bench, so that other processes disturb it less
    print(
        f"Measured {datetime.now(UTC):%Y-%m-%d}, Python {sys.version.split()[0]},"
        f" {os.cpu_count()} cores,"
        f" load of other programs at the start {os.getloadavg()[0]:.1f}\n"
    )
    if options.only != "withdrawals":
        talkers = [int(number) for number in options.talkers.split(",")]
        asyncio.run(run(options.seconds, options.listeners, talkers, options.whisper))
    if options.only != "engines":
        show_withdrawals(withdrawal.measure(options.withdrawals))


async def run(
    seconds: float, listeners: int, talkers: Sequence[int], whisper: Sequence[str]
) -> None:
    print(f"{seconds:g} s each\n\n| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|")
    engines = [("moonshine", MOONSHINE, ""), *(("whisper", WHISPER, model) for model in whisper)]
    for name, recognizer, model in engines:
        title = f"{name} {os.path.basename(model)}".strip()
        show(title, await measure(Setup(recognizer, model), seconds))
        for number in talkers:
            setup = Setup(recognizer, model, talkers=number, listeners=listeners)
            show(title, await measure(setup, seconds))
    faults = {
        "no recognizer": Setup(""),
        "moonshine, stopped (SIGSTOP)": Setup(MOONSHINE, stopped=True),
        "a recognizer that hangs": Setup(f"{FAULTY}Hanging", works=False),
        "a recognizer that dies at each sound": Setup(f"{FAULTY}Dying", works=False),
    }
    for title, setup in faults.items():
        with_others = {"talkers": TALKERS_WITH_FAULTS, "listeners": listeners}
        changed = Setup(**{**vars(setup), **with_others})
        show(title, await measure(changed, seconds))
    alone = Setup("", talkers=TALKERS_WITH_FAULTS, listeners=LISTENERS_OF_ONE_CORE, one_core=True)
    show("no recognizer, one core", await measure(alone, seconds))
    dying = replace(alone, recognizer=f"{FAULTY}Dying", works=False)
    show("a recognizer that dies at each sound, one core", await measure(dying, seconds))


def show(title: str, result: Result) -> None:
    setup, errors = result.setup, result.word_errors
    cells = [
        f"{title}, {setup.talkers}, {setup.listeners}",
        "" if errors is None else f"{errors:.1%}",
        _seconds(result.interim_after),
        _seconds(result.final_after),
        f"{result.cpu / setup.talkers:.2f}" if result.lines else "",
        f"{result.resident_mb:.0f} MB" if result.lines else "",
        f"{result.state}, {result.lost:.1f} s" if setup.recognizer else "",
        f"≤ {result.late_p99} ms",
    ]
    print(f"| {' | '.join(cells)} |", flush=True)


def show_withdrawals(measured: Sequence[withdrawal.Withdrawal]) -> None:
    print(
        f"\n| captions turned off {len(measured)} times, until | median | longest |\n|---|---|---|"
    )
    _show("the audio node drops the speaker's sound", (each.sound_dropped for each in measured))
    _show("the last text reaches a reader's socket", (each.last_text for each in measured))


def _show(title: str, seconds: Iterable[float]) -> None:
    times = [round(each * 1000) for each in seconds]
    print(f"| {title} | {median(times):.0f} ms | {max(times)} ms |", flush=True)


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} s"


main()
