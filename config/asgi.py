"""The ASGI application: Django handles HTTP, consumers handle WebSockets of allowed origins."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)  # must come before imports of models

from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from config import (  # noqa: E402
    graceful_stop,
    headers,
    open_files,
    response_bodies,
    service_manager,
)
from config.databases import bound_queries  # noqa: E402
from config.page_handler import PageHandler  # noqa: E402
from config.sockets import Sockets  # noqa: E402
from config.sqlite.base import keep_connections  # noqa: E402
from config.static_files import serve_static_before  # noqa: E402
from core.sockets import daphne_protocol  # noqa: E402

keep_connections()
daphne_protocol.install()
graceful_stop.install()
service_manager.report_when_ready()
response_bodies.install()
open_files.raise_limit()
bound_queries(
    connections.settings["default"],
    statement=settings.STATEMENT_TIMEOUT,
    lock=settings.LOCK_TIMEOUT,
)

pages = PageHandler()
application = ProtocolTypeRouter(
    {
        "http": response_bodies.paced(headers.on_every_response(serve_static_before(pages))),
        "websocket": daphne_protocol.expose(Sockets()),
    }
)
