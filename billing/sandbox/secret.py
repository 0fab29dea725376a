"""The secret with which the sandbox signs its webhooks, shared by all processes of a demo."""

import os
import secrets
from pathlib import Path


def load(path: Path) -> str:
    """Return the stored secret; create it if there is none yet."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as file:
            file.write(f"whsec_{secrets.token_urlsafe(32)}")
    return path.read_text()
