"""The sandbox as a separate process: over HTTP, with webhooks, across a restart."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
import stripe

from billing.sandbox.sandbox import KEY
from config.parent_death import die_with_parent
from tests.billing.sandbox.cases import open_session, session_params
from tests.billing.sandbox.webhook_receiver import WebhookReceiver
from tests.fixtures.stack import ROOT, free_port

pytestmark = pytest.mark.integration
SECRET = "whsec_of_a_test"


class Process:
    def __init__(self, home: Path, base_url: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = environment(home, BASE_URL=base_url)
        self._process: subprocess.Popen[str] | None = None
        self.client = stripe.StripeClient(
            KEY, base_addresses={"api": self.url}, max_network_retries=0
        )

    def start(self) -> "Process":
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "stripe_sandbox", "--port", str(self.port)],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent,  # also if the test run is killed
        )
        assert self._process.stdout
        assert "is ready" in self._process.stdout.readline()
        return self

    def stop(self) -> int:
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(20)
        assert self._process.stdout
        self._process.stdout.close()
        self._process = None
        return code

    def close(self) -> None:
        if self._process:
            self.stop()


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {
        **kept,
        "SPACES_HOME": str(home),
        "SECRET_KEY": "only-for-tests",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        **more,
    }


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    made = WebhookReceiver(SECRET, refuse=1)
    yield made
    made.close()


@pytest.fixture
def make_process(tmp_path: Path) -> Iterator[Callable[[str], Process]]:
    made: list[Process] = []

    def make(base_url: str) -> Process:
        made.append(Process(tmp_path, base_url))
        return made[-1]

    yield make
    for process in made:
        process.close()


def pay(process: Process, session: str) -> int:
    """Pay on the page, as a browser would; return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": process.url}
    connection.request("POST", f"/pay/{session}", "card=4242424242424242", headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_payment_reaches_the_webhook_and_survives_a_restart(
    make_process: Callable[[str], Process], receiver: WebhookReceiver, tmp_path: Path
) -> None:
    process = make_process(receiver.url).start()
    options: stripe.RequestOptions = {"idempotency_key": "k-1"}
    session = process.client.v1.checkout.sessions.create(session_params(), options)
    assert session.url == f"{process.url}/pay/{session.id}"
    assert pay(process, session.id) == 303
    event = receiver.next()  # the first attempt was refused, so the event was sent again
    assert (event["path"], event["type"]) == ("/billing/webhook/", "checkout.session.completed")
    assert event["data"]["object"]["id"] == session.id
    assert process.stop() == 0
    assert (tmp_path / "sandbox").stat().st_mode & 0o077 == 0

    process.start()
    again = process.client.v1.checkout.sessions.create(session_params(), options)
    assert again.id == session.id
    assert process.client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    with urlopen(process.url) as page:  # noqa: S310 - our own URL
        assert session.id in page.read().decode()


def test_strange_requests_are_refused_and_faults_can_be_requested(
    make_process: Callable[[str], Process],
) -> None:
    process = make_process("http://127.0.0.1:1").start()

    def status(method: str, path: str, body: bytes = b"", **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=10)
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body)
        answer = connection.getresponse().status
        connection.close()
        return answer

    assert status("GET", "/v1/balance") == 401
    assert status("GET", "/v1/balance", Authorization="Bearer sk_live_1") == 401
    key = {"Authorization": f"Bearer {KEY}"}
    assert status("GET", "/v1/balance", **key) == 200
    assert status("GET", "/v1/balance", **key, Stripe_Version="2020-08-27") == 400
    assert status("GET", "/v1/unknown", **key) == 404
    assert status("GET", "/", Host="spaces.evil.test") == 421
    assert status("POST", "/v1/refunds", **key, Content_Length="1000001") == 413
    assert status("POST", "/v1/refunds", **key, Content_Length="9" * 5000) == 413
    assert status("POST", "/v1/refunds", **key, Content_Length="12x") == 400
    assert status("POST", "/v1/refunds", **key) == 411
    assert status("POST", "/v2/core/accounts", b"{", **key, Content_Length="1") == 400
    order = b"method=POST&path=/v1/checkout/*&fault=timeout_after&times=1"
    assert status("POST", "/control/fault", order, Content_Length=str(len(order))) == 303
    with pytest.raises(stripe.APIConnectionError):
        open_session(process.client)
    assert len(process.client.v1.checkout.sessions.list().data) == 1
