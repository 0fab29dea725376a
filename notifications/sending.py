"""Send the deliveries that are due, each at most once.

A delivery goes from due to sending to sent. One run of a task claims a chunk of rows with a token
and a lease (`notifications.claims`). Then, for one row after the other, it marks the row as
sending, hands it over to the channel, and marks it as sent. If the worker dies

- before it marked a row as sending, another run takes the row when the lease has expired;
- afterwards, nobody knows whether the provider accepted it, so it becomes uncertain
  (`notifications.sweeping`). At most one row per worker process is in this state.
"""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from core import rates
from notifications import channels
from notifications.channels import Message
from notifications.channels.errors import Permanent, Retry, Uncertain
from notifications.claims import Claims
from notifications.composing import Composer, Skipped
from notifications.models import Delivery
from notifications.models.delivery import State
from notifications.registry import Content

SLICE = 1.0  # seconds that one run may take, so that other tasks don't wait longer
PAUSE = 10.0  # seconds for which nothing is sent after a provider could not be reached

log = structlog.get_logger(__name__)


def send_due(channel: str, *, single_only: bool = False, seconds: float = SLICE) -> bool:
    """Send what is due through this channel; return True if the time was too short for all of it.

    With `single_only`, leave broadcasts to other runs.
    """
    run = _Run(channel, seconds)
    started = time.monotonic()
    try:
        return run.send_chunks(single_only=single_only)
    finally:
        run.close()
        if run.counts:
            took = round(time.monotonic() - started, 3)
            log.info("deliveries_sent", channel=channel, seconds=took, **run.counts)


def is_paused(channel: str) -> bool:
    return cache.get(_pause_key(channel)) is not None


class _Run:
    def __init__(self, channel: str, seconds: float) -> None:
        self._name = channel
        self._channel: Any = channels.find(channel)
        self._claims = Claims(channel)
        self._rate = settings.NOTIFICATION_RATES.get(channel, "")
        self._until = time.monotonic() + seconds
        self._pauses = False  # the provider could not be reached
        self.counts: Counter[str] = Counter()

    def send_chunks(self, *, single_only: bool) -> bool:
        send = self._send_in_transaction if self._is_ours() else self._send_one_by_one
        while not is_paused(self._name):
            rows = self._claims.claim(single_only=single_only)
            if not rows:
                return False
            if not send(rows, Composer(rows)):
                return not self._pauses
        return False

    def close(self) -> None:
        if hasattr(self._channel, "close"):
            self._channel.close()

    def _is_ours(self) -> bool:
        return hasattr(self._channel, "send_all")

    def _send_one_by_one(self, rows: Sequence[Delivery], composer: Composer) -> bool:
        """Return False if some rows were put back, because the time is over or the provider can't
        be reached."""
        sent: int | None = None  # the row that the next statement marks as sent
        try:
            for index, row in enumerate(rows):
                if self._is_over() or not self._is_permitted():
                    self._claims.put_back(rows[index:])
                    return False
                content = self._compose(row, composer)
                if content is None:
                    continue
                is_ours = self._claims.mark(sent=sent, sending=row.pk)
                sent = row.pk if is_ours and self._hand_over(row, content) else None
                if self._pauses:
                    self._claims.put_back(rows[index + 1 :], after=PAUSE)
                    return False
        finally:
            if sent is not None:
                self._claims.mark(sent=sent, sending=None)
        return not self._is_over()

    def _send_in_transaction(self, rows: Sequence[Delivery], composer: Composer) -> bool:
        """Send through a channel that writes to our database, so that nothing can be uncertain."""
        found = [(row, self._compose(row, composer)) for row in rows]
        messages = [Message(row.user, content, row) for row, content in found if content]
        with transaction.atomic():
            ours = self._claims.lock_all([each.delivery.pk for each in messages])
            self._channel.send_all([each for each in messages if each.delivery.pk in ours])
            self._claims.mark_all_sent(ours)
        self.counts["sent"] += len(ours)
        return not self._is_over()

    def _compose(self, row: Delivery, composer: Composer) -> Content | None:
        """Return what to send; close the row if nothing is to be sent any more."""
        if self._claims.now() >= row.late_at:
            self._close(row, State.MISSED, row.reason or "late")
            return None
        try:
            return composer.compose(row)
        except Skipped as reason:
            self._close(row, State.SKIPPED, str(reason))
        except Exception as error:
            log.exception("delivery_not_composed", delivery=row.pk, kind=row.kind)
            self._put_off(row, Retry(f"not composed: {type(error).__name__}"))
        return None

    def _hand_over(self, row: Delivery, content: Content) -> bool:
        """Return True if the provider accepted it."""
        try:
            self._channel.send(row.user, content, row)
        except Retry as error:
            if error.pause:
                self._pauses = True
                cache.set(_pause_key(self._name), True, error.after or PAUSE)
            self._put_off(row, error)
        except Permanent as error:
            self._close(row, State.SKIPPED, error.reason)
        except Uncertain as error:
            self._close(row, State.UNCERTAIN, error.reason)
        except Exception as error:
            log.exception("delivery_failed", delivery=row.pk, channel=self._name)
            self._close(row, State.UNCERTAIN, type(error).__name__)
        else:
            self.counts["sent"] += 1
            return True
        return False

    def _close(self, row: Delivery, state: State, reason: str) -> None:
        self._claims.close(row, state, reason)
        self.counts[state.value] += 1

    def _put_off(self, row: Delivery, error: Retry) -> None:
        self._claims.put_off(row, error)
        self.counts["retried"] += 1

    def _is_over(self) -> bool:
        return time.monotonic() > self._until

    def _is_permitted(self) -> bool:
        """Wait until the rate allows one more; return False if that takes longer than this run."""
        while self._rate and (wait := rates.take(self._rate, "deliveries", self._name)):
            if time.monotonic() + wait > self._until:
                return False
            time.sleep(wait)
        return True


def _pause_key(channel: str) -> str:
    return f"notifications:paused:{channel}"
