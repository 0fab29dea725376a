"""manage.py stripe_sandbox: the stand-in for Stripe of a demo."""

import signal
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.sandbox.sandbox import KEY, Sandbox
from billing.sandbox.server import NotLocal, Server
from billing.sandbox.store import Store
from billing.sandbox.webhooks import Webhooks


class Command(BaseCommand):
    help = "Runs the stand-in for Stripe: payments in which no money moves. Only for this machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
        parser.add_argument("--port", type=int, default=settings.STRIPE_SANDBOX_PORT)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        if settings.STRIPE_SECRET_KEY not in ("", KEY):
            raise CommandError(
                "STRIPE_SECRET_KEY is the key of a Stripe account, so no sandbox is needed."
            )
        if not settings.STRIPE_WEBHOOK_SECRET:
            raise CommandError("STRIPE_WEBHOOK_SECRET is missing. bin/run sets it.")
        store = Store.in_home(Path(settings.HOME))
        sandbox = Sandbox(time.time, store, url=f"http://{host}:{port}")
        try:
            server = Server(sandbox, host, port)
        except (NotLocal, ValueError) as error:
            raise CommandError(str(error)) from error
        webhooks = Webhooks(
            sandbox,
            f"{settings.BASE_URL}/billing/webhook/",
            settings.STRIPE_WEBHOOK_SECRET,
            self.stderr.write,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        webhooks.start()
        self.stdout.write(f"The sandbox for Stripe is ready: {sandbox.state.url}")
        self.stdout.flush()
        server.serve_forever()
        server.server_close()
        webhooks.stop()
        store.close()
