"""The content of a push message.

It is a declarative push message (W3C Push API, section "Declarative push message"), which Safari
shows by itself. Other browsers give it to our service worker (static/js/worker/push.js).
"""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

MAGIC = 8030  # identifies declarative push messages
MAX_TITLE, MAX_BODY = 100, 300  # characters; push services accept 4096 bytes in all
MAX_TTL = 28 * 24 * 3600  # seconds; push services keep no message longer


@dataclass(frozen=True)
class Message:
    """A message to all browsers of a person. RFC 8030 defines ttl, urgency and topic."""

    title: str
    body: str
    url: str  # absolute; the page that a tap opens
    about: str  # a later message about the same thing takes the place of this one
    unread: int  # for the badge of the app
    ttl: int  # seconds after which nobody needs the message any more
    urgent: bool = False

    @property
    def topic(self) -> str:
        digest = sha256(self.about.encode()).digest()
        return urlsafe_b64encode(digest).decode()[:32]  # at most 32 characters of base64url

    @property
    def headers(self) -> dict[str, str | int | float]:
        return {"Urgency": "high" if self.urgent else "normal", "Topic": self.topic}

    def encode(self) -> str:
        notification = {
            "title": _shorten(self.title, MAX_TITLE),
            "body": _shorten(self.body, MAX_BODY),
            "navigate": self.url,
            "lang": "en",
            "dir": "auto",
            "tag": self.topic,
        }
        content = {"web_push": MAGIC, "notification": notification, "app_badge": self.unread}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _shorten(text: str, max_length: int) -> str:
    return text if len(text) <= max_length else f"{text[: max_length - 1]}…"
