"""The key with which the site identifies itself to push services (VAPID, RFC 8292).

Every subscription is bound to the key, so it is created once, stored with the site's data and
backups, and never replaced. With another key, people would get no push messages until they turn
them on again.
"""

import os
import secrets
import time
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from py_vapid import Vapid
from py_vapid.utils import b64urlencode

EXPIRY = 12 * 3600  # seconds; Apple refuses more than a day


def key() -> Vapid:
    """Return the key; create it if the site has none yet."""
    return _load(Path(settings.PUSH_KEY))


def public_key() -> str:
    """Return the public key in the format of the Push API: an uncompressed point, in base64url."""
    point = key().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))


def claims(endpoint: str) -> dict[str, str | int]:
    """Return the claims with which the site identifies itself to the push service of this URL."""
    parts = urlsplit(endpoint)
    audience = f"{parts.scheme}://{parts.netloc}"
    return {"aud": audience, "exp": int(time.time()) + EXPIRY, "sub": contact()}


def contact() -> str:
    """Return where push services can reach the operator: the site, or the sender of its e-mails.

    It has to be a plain https: or mailto: URL; Apple refuses anything else.
    """
    site = urlsplit(settings.BASE_URL)
    if site.scheme == "https" and site.port is None:
        return f"https://{site.hostname}"
    return f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"


def forget() -> None:
    """Forget the key, so that the file is read again. Only for tests."""
    _load.cache_clear()


@lru_cache(maxsize=1)
def _load(path: Path) -> Vapid:
    if not path.exists():
        _create(path)
    try:
        loaded = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError:
        loaded = None
    if not isinstance(loaded, EllipticCurvePrivateKey):
        raise ValueError(f"{path} does not contain a key for Web Push. Restore it from a backup.")
    return Vapid(loaded)


def _create(path: Path) -> None:
    """Create the file with a new key, unless another process has just created it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    created = Vapid()
    created.generate_keys()
    unfinished = path.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(created.private_pem())
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)
    except FileExistsError:
        return
    finally:
        unfinished.unlink()
