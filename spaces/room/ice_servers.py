"""The STUN and TURN servers that a browser may use to reach the audio node.

Credentials for our own relay are created for one connection of one person, when that person opens
a peer in the room (draft-uberti-behave-turn-rest, coturn's `use-auth-secret`).
"""

import base64
import hmac
import time
from datetime import timedelta
from typing import Any

from django.conf import settings

# Longer than Spaces usually last. Some relays check the expiry on every refresh and then close the
# connection; the page reconnects with new credentials.
LIFETIME = timedelta(hours=12)


def ice_servers(viewer_key: str) -> list[dict[str, Any]]:
    """Return the `iceServers` of an RTCConfiguration, for one connection of this person."""
    servers: list[dict[str, Any]] = list(settings.ICE_SERVERS)
    if settings.TURN_URLS and settings.TURN_SECRET:
        username, credential = credentials(viewer_key)
        relay = {"urls": settings.TURN_URLS, "username": username, "credential": credential}
        servers.append(relay)
    return servers


def credentials(viewer_key: str) -> tuple[str, str]:
    """Return a user name and a password. The user name begins with the time when both expire."""
    expires = int(time.time() + LIFETIME.total_seconds())
    username = f"{expires}:{_pseudonym(viewer_key)}"
    digest = hmac.digest(settings.TURN_SECRET.encode(), username.encode(), "sha1")
    return username, base64.b64encode(digest).decode()


def _pseudonym(viewer_key: str) -> str:
    """Return a pseudonym, the same for all of a person's connections. So the relay can limit them
    (`user-quota`), and its log contains no names."""
    key = f"turn {settings.SECRET_KEY}".encode()
    return hmac.digest(key, viewer_key.encode(), "sha256").hex()[:16]
