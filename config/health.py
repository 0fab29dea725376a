"""GET /healthz: is every component there? 200 when all are, 503 naming those that are not.

For load balancers and `bin/run`: no sign-in, no session, no rule about hosts or HTTPS. Each probe
has a thread of its own and a second; a report is kept for a moment, so that asking often
costs nothing. Errors show their kind only, since anyone may ask.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.decorators import sync_and_async_middleware

from config.probes import PROBES, TIMEOUT, Probe, Unhealthy

PATH = "/healthz"
KEPT = 0.25  # seconds

_threads = ThreadPoolExecutor(2, thread_name_prefix="healthz")  # its own: others may be stuck


@sync_and_async_middleware
def answer_probes(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            if request.path_info == PATH:
                return await asyncio.get_running_loop().run_in_executor(_threads, _answer)
            response: HttpResponseBase = await get_response(request)
            return response

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path_info == PATH:
            return _answer()
        response: HttpResponseBase = get_response(request)
        return response

    return answer


def _answer() -> JsonResponse:
    report = checkup.report()
    well = all(component["ok"] for component in report.values())
    response = JsonResponse(report, status=200 if well else 503)
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log every 503
    return response


class Checkup:
    """Asks every component at once, waits a bounded time, keeps the answer for a moment."""

    def __init__(self, probes: Mapping[str, Probe]) -> None:
        self._probes = probes
        self._threads = {
            name: ThreadPoolExecutor(1, thread_name_prefix=f"probe-{name}") for name in probes
        }
        self._lock = threading.Lock()
        self._report: dict[str, dict[str, Any]] = {}
        self._asked = float("-inf")

    def report(self) -> dict[str, dict[str, Any]]:
        with self._lock:
            if time.monotonic() - self._asked > KEPT:
                self._report = self._ask()
                self._asked = time.monotonic()
            return self._report

    def _ask(self) -> dict[str, dict[str, Any]]:
        answers = {name: self._threads[name].submit(probe) for name, probe in self._probes.items()}
        wait(answers.values(), timeout=TIMEOUT)
        return {name: _told(answer) for name, answer in answers.items()}


def _told(answer: Future[Mapping[str, Any]]) -> dict[str, Any]:
    if not answer.done():
        answer.cancel()
        return {"ok": False, "error": f"no answer within {TIMEOUT:g} s"}
    error = answer.exception()
    if isinstance(error, Unhealthy):
        return {"ok": False, "error": str(error)}
    if error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True, **answer.result()}


checkup = Checkup(PROBES)
