"""`manage.py audio`: run one or more audio nodes until SIGTERM, each in a process of its own."""

import asyncio
import signal
import socket
import sys
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audio import process_count
from audio.application import create_application
from audio.engine import Engine
from audio.mixing import libopus, soundscape
from audio.mixing.calibration import calibrate
from audio.mixing.opus import EncoderSettings
from audio.node import Node
from audio.prefork import run_supervised
from audio.recognition.pool import Model

# Seconds for which a database thread may hold the GIL while a tick waits for it.
SWITCH_INTERVAL = 0.001

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Run audio nodes, which mix and send the sound of the Spaces placed on them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=settings.AUDIO_PORT, help="UDP port of the first node"
        )
        parser.add_argument(
            "--processes",
            type=process_count.parse,
            default=settings.AUDIO_PROCESSES,
            help='number of nodes, on consecutive ports, or "auto": one per core',
        )
        parser.add_argument("--host", default=settings.AUDIO_HOST, help="address to bind")
        parser.add_argument(
            "--name",
            default="",
            help="how the nodes' names begin, before the port; keep it when you restart them",
        )

    def handle(
        self, *args: Any, port: int, processes: int, host: str, name: str, **options: Any
    ) -> None:
        sys.setswitchinterval(SWITCH_INTERVAL)
        soundscape.prepare()
        encoding = calibrated()
        child = run_supervised(processes)
        port += child.number
        name = f"{name or socket.gethostname()}-{port}"
        recognizers = share_of(settings.AUDIO_RECOGNIZERS, processes, child.number)
        try:
            asyncio.run(
                serve(
                    port=port,
                    host=host,
                    name=name,
                    parent=child.lifeline,
                    encoding=encoding,
                    recognizers=recognizers,
                )
            )
        except OSError as error:
            raise CommandError(f"UDP port {port} on {host} cannot be used: {error}") from error
        except ValueError as error:
            raise CommandError(
                f"AUDIO_HOST, AUDIO_ADVERTISE and AUDIO_INTERNAL_ADDRESS: {error}"
            ) from error


def share_of(total: int, processes: int, number: int) -> int:
    """Return how many recognizers the process with this number runs: at least one, because people
    may want captions in a Space on any node."""
    return max(1, total // processes + (number < total % processes))


def calibrated() -> EncoderSettings:
    """Return the encoder settings for talk, with a complexity that this machine can afford."""
    settings = EncoderSettings()
    calibration = calibrate(settings)
    log.info(
        "audio_encoder_calibrated",
        libopus=libopus.describe(),
        complexity=calibration.complexity,
        microseconds={name: round(1e6 * cost) for name, cost in calibration.costs.items()},
    )
    return replace(settings, complexity=calibration.complexity)


def recognizer() -> Model | None:
    if not settings.AUDIO_RECOGNIZER:
        return None
    return Model(settings.AUDIO_RECOGNIZER, settings.CAPTIONS_MODEL)


async def serve(
    *, port: int, host: str, name: str, parent: int, encoding: EncoderSettings, recognizers: int
) -> None:
    """Run the node until it receives a signal to stop, or its parent process dies."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_reader(parent, stop.set)
    application = create_application()
    engine = Engine(
        plan_of=application.plan_of,
        port=port,
        host=host,
        advertise=settings.AUDIO_ADVERTISE,
        internal=settings.AUDIO_INTERNAL_ADDRESS,
        realtime=True,
        encoding=encoding,
        recognizer=recognizer(),
        recognizers=recognizers,
    )
    node = Node(
        engine,
        name=name,
        application=application,
        peers_per_node=settings.AUDIO_PEERS_PER_NODE,
    )
    await node.run(stop)
