"""A web server that receives webhooks, as the site would."""

import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe


class WebhookReceiver:
    """Answers the first `refuse` webhooks with 500, and checks the signatures of the others."""

    def __init__(self, secret: str, refuse: int = 0) -> None:
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self._secret, self._refuse = secret, refuse
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                signature = self.headers["Stripe-Signature"]
                self.send_response(receiver.receive(self.path, body, signature))
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def receive(self, path: str, body: str, signature: str) -> int:
        """Return the status of the answer."""
        if self._refuse:
            self._refuse -= 1
            return 500
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._secret, tolerance=300)
        except stripe.SignatureVerificationError:
            return 400
        self.events.put({"path": path, **json.loads(body)})
        return 200

    def next(self) -> dict[str, Any]:
        """Wait for the next webhook, and return it."""
        return self.events.get(timeout=30)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
