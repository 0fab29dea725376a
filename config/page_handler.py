"""The ASGI handler for pages and commands: one thread of a pool answers each request.

Django's own handler starts a thread for each request. The thread and the event loop then hand the
request back and forth for each signal and between asynchronous and synchronous code, which takes
longer than many responses. All our middlewares and views are synchronous.
"""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.urls import set_script_prefix

from config import health

# How many requests are answered at the same time; others wait. There are more threads than
# connections to PostgreSQL, because some requests wait for other servers.
THREADS = 64

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")


class PageHandler(ASGIHandler):
    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        # Probes have threads of their own, so that they are answered while all other threads are
        # blocked.
        threads = health.threads if scope["path"] == health.PATH else _threads
        with body:
            response = await asyncio.get_running_loop().run_in_executor(
                threads, copy_context().run, self._respond, scope, body
            )
            if response.streaming:
                await self._stream(response, receive, send)
            else:
                await self.send_response(response, send)

    def _respond(self, scope: Any, body: Any) -> Any:
        """Answer a request, in a thread. If the response is complete, also finish the request, so
        that the thread returns its connection to the database."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, error = self.create_request(scope, body)
        response: Any = error if request is None else self.get_response(request)
        response._handler_class = self.__class__
        if not response.streaming:
            response.close()
        return response

    async def _stream(self, response: Any, receive: Any, send: Any) -> None:
        """Send a response while it is being generated; stop when the client disconnects. All
        synchronous code of the response runs in one thread."""
        async with ThreadSensitiveContext():
            tasks = {
                asyncio.ensure_future(self.send_response(response, send)),
                asyncio.ensure_future(receive()),  # returns when the client disconnects
            }
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in tasks:
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await task
                await sync_to_async(response.close)()
