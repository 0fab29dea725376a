"""GET /healthz: 200 if all checks pass, otherwise 503 with the failing checks.

Load balancers and `bin/run` use it, so it needs no sign-in, session, allowed host or HTTPS. Each
probe has its own thread and a time limit of one second. A report is cached briefly, so that
frequent requests are cheap. The report contains only the type of an error, because it is public.
"""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from config.probes import PROBES, TIMEOUT, Probe, Unhealthy

PATH = "/healthz"
CACHED = 0.25  # seconds for which a report is cached

# For the requests to PATH (config/page_handler.py).
threads = ThreadPoolExecutor(2, thread_name_prefix="healthz")


def answer_probes(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path_info == PATH:
            return _answer()
        response: HttpResponseBase = get_response(request)
        return response

    return answer


def _answer() -> JsonResponse:
    report = checkup.report()
    healthy = all(component["ok"] for component in report.values())
    response = JsonResponse(report, status=200 if healthy else 503)
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log every 503
    return response


class Checkup:
    """Runs all probes concurrently, with a time limit, and caches the report briefly."""

    def __init__(self, probes: Mapping[str, Probe]) -> None:
        self._probes = probes
        self._threads = {
            name: ThreadPoolExecutor(1, thread_name_prefix=f"probe-{name}") for name in probes
        }
        self._lock = threading.Lock()
        self._report: dict[str, dict[str, Any]] = {}
        self._checked_at = float("-inf")

    def report(self) -> dict[str, dict[str, Any]]:
        with self._lock:
            if time.monotonic() - self._checked_at > CACHED:
                self._report = self._run_probes()
                self._checked_at = time.monotonic()
            return self._report

    def _run_probes(self) -> dict[str, dict[str, Any]]:
        answers = {name: self._threads[name].submit(probe) for name, probe in self._probes.items()}
        wait(answers.values(), timeout=TIMEOUT)
        return {name: _result(answer) for name, answer in answers.items()}


def _result(answer: Future[Mapping[str, Any]]) -> dict[str, Any]:
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
