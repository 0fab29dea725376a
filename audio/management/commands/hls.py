"""`manage.py hls`: run the packager until SIGTERM, which offers Spaces as HLS."""

import asyncio
import signal
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audio.hls.packager import Packager


class Command(BaseCommand):
    help = "Run the packager, which offers Spaces as HLS to listeners who can't use WebRTC."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--name",
            default=socket.gethostname(),
            help="the packager's name; keep it when you restart it",
        )

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        if not settings.HLS:
            raise CommandError("HLS is 0, so there is nothing to do.")
        packager = Packager(
            settings.HLS_FOLDER,
            name=name,
            host=settings.AUDIO_HOST,
            port=settings.HLS_PORT,
            internal=settings.AUDIO_INTERNAL_ADDRESS,
        )
        try:
            asyncio.run(serve(packager))
        except OSError as error:
            raise CommandError(f"UDP port {settings.HLS_PORT} cannot be used: {error}") from error
        except ValueError as error:
            raise CommandError(f"AUDIO_HOST and AUDIO_INTERNAL_ADDRESS: {error}") from error


async def serve(packager: Packager) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await packager.run(stop)
