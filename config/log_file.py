"""The log file. If the disk is full, a warning is printed, and the process continues."""

import logging
import logging.handlers
import sys
import time
from contextlib import suppress
from typing import Any

from config.private_home import open_private

WARN_EVERY = 60.0  # seconds


class LogFile(logging.handlers.WatchedFileHandler):
    """A log file that other users can't read, and that may be rotated at any time."""

    _warned_at = float("-inf")

    def _open(self) -> Any:
        return open(
            self.baseFilename,
            self.mode,
            encoding=self.encoding,
            errors=self.errors,
            opener=open_private,
        )

    def handleError(self, record: logging.LogRecord) -> None:
        """Print a warning at most once per minute, instead of a traceback for each line."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
        elif time.monotonic() - self._warned_at > WARN_EVERY:
            self._warned_at = time.monotonic()
            with suppress(OSError):
                print(f"The log can't be written: {error.strerror}.", file=sys.stderr, flush=True)
