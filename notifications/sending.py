"""Send the deliveries that are due, each at most once.

One run of a task claims a chunk of rows (`notifications.claims`), composes all of them, and closes
those that should not be sent any more. Then it hands one after the other to the channel. If the
worker dies, the sweeper (`notifications.sweeping`) finds in the run's row which delivery was being
handed over at that moment. Nobody knows whether the provider accepted it, so it becomes uncertain
and is never sent again: this happens to at most one delivery per run. Those before it were sent, or
closed or put off, and those after it are due again.
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
from notifications.claims import LARGEST_CHUNK, SMALLEST_CHUNK, Claims, LostLease
from notifications.composing import Composer, Skipped
from notifications.models import Delivery
from notifications.models.delivery import State
from notifications.sharing import sharing

SLICE = 1.0  # seconds that one run may take, so that other tasks don't wait longer
PAUSE = 10.0  # seconds for which nothing is sent after an error with `Retry.pause`

_first_chunk: dict[str, int] = {}  # by channel: how many rows the next run should claim at first

log = structlog.get_logger(__name__)


def send_due(channel: str, *, single_only: bool = False, seconds: float = SLICE) -> bool:
    """Send the deliveries that are due through this channel; return True if some may be left,
    because the time was over or the lease was lost.

    With `single_only`, leave the deliveries of broadcasts to other runs.
    """
    run = _Run(channel, seconds)
    started = time.monotonic()
    try:
        return run.send_chunks(single_only=single_only)
    except LostLease:
        log.warning("delivery_lease_lost", channel=channel)
        return True
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
        self._started = time.monotonic()
        self._until = self._started + seconds
        self._pauses = False  # after an error with `Retry.pause`
        self.counts: Counter[str] = Counter()

    def send_chunks(self, *, single_only: bool) -> bool:
        send = (
            self._send_in_transaction if self._writes_to_our_database() else self._send_one_by_one
        )
        is_over, most, tried = False, _first_chunk.get(self._name, SMALLEST_CHUNK), 0
        while not is_paused(self._name):
            rows = self._claims.claim(most=most, single_only=single_only)
            if not rows:
                break
            with sharing():
                messages = self._compose_all(rows)
            if not send(messages):
                is_over = not self._pauses
                break
            tried += len(rows)
            most = max(SMALLEST_CHUNK, min(2 * most, LARGEST_CHUNK, self._count_fitting(tried)))
        if is_over:  # a chunk should take about half a run, so that few rows are put back
            enough = self.counts["sent"] // 2
            _first_chunk[self._name] = max(SMALLEST_CHUNK, min(enough, LARGEST_CHUNK))
        # Not in a `finally`: after an exception the claimed rows stay with this run, and the
        # sweeper decides about them when the lease has expired.
        self._claims.end()
        return is_over

    def _count_fitting(self, tried: int) -> int:
        """Return how many rows fit into the remaining time, if they take as long as the `tried`
        ones, so that few rows are put back."""
        now = time.monotonic()
        return int(tried * (self._until - now) / (now - self._started))

    def close(self) -> None:
        if hasattr(self._channel, "close"):
            self._channel.close()

    def _writes_to_our_database(self) -> bool:
        return hasattr(self._channel, "send_all")

    def _send_one_by_one(self, messages: Sequence[Message]) -> bool:
        """Return False if the run must stop, because the time is over or the channel pauses. Rows
        that were not tried are put back."""
        accepted: list[Delivery] = []
        try:
            for index, message in enumerate(messages):
                if self._is_over() or not self._is_permitted():
                    self._put_back(messages[index:])
                    return False
                self._claims.begin(message.delivery)
                if self._hand_over(message):
                    accepted.append(message.delivery)
                if self._pauses:
                    self._put_back(messages[index + 1 :], after=PAUSE)
                    return False
        finally:
            self._claims.mark_sent(accepted)
        return not self._is_over()

    def _send_in_transaction(self, messages: Sequence[Message]) -> bool:
        """Send through a channel that writes to our database, so that nothing can be uncertain.
        Return False if the time is over."""
        with transaction.atomic():
            ours = self._claims.lock_all([each.delivery for each in messages])
            sent = [each for each in messages if each.delivery.pk in ours]
            self._channel.send_all(sent)
            self._claims.mark_sent([each.delivery for each in sent])
        self.counts["sent"] += len(sent)
        return not self._is_over()

    def _compose_all(self, rows: Sequence[Delivery]) -> list[Message]:
        """Return the messages to send; close the rows that should not be sent any more."""
        composer, messages = Composer(rows), []
        closed: dict[tuple[State, str], list[Delivery]] = {}
        for row in rows:
            if self._claims.now() >= row.late_at:
                closed.setdefault((State.MISSED, row.reason or "late"), []).append(row)
                continue
            try:
                messages.append(Message(row.user, composer.compose(row), row))
            except Skipped as skipped:
                closed.setdefault((State.SKIPPED, str(skipped)), []).append(row)
            except Exception as error:
                log.exception("delivery_not_composed", delivery=row.pk, kind=row.kind)
                self._put_off(row, Retry(f"not composed: {type(error).__name__}"))
        for (state, reason), found in closed.items():
            self._close(found, state, reason)
        return messages

    def _hand_over(self, message: Message) -> bool:
        """Return True if the provider accepted the message; otherwise put the row off, or close
        it."""
        row = message.delivery
        try:
            self._channel.send(message.user, message.content, row)
        except Retry as error:
            if error.pause:
                self._pauses = True
                cache.set(_pause_key(self._name), True, error.after or PAUSE)
            self._put_off(row, error)
        except Permanent as error:
            self._close([row], State.SKIPPED, error.reason)
        except Uncertain as error:
            self._close([row], State.UNCERTAIN, error.reason)
        except Exception as error:
            log.exception("delivery_failed", delivery=row.pk, channel=self._name)
            self._close([row], State.UNCERTAIN, type(error).__name__)
        else:
            self.counts["sent"] += 1
            return True
        return False

    def _close(self, rows: Sequence[Delivery], state: State, reason: str) -> None:
        self._claims.close(rows, state, reason)
        self.counts[state.value] += len(rows)

    def _put_off(self, row: Delivery, error: Retry) -> None:
        self._claims.put_off(row, error)
        self.counts["retried"] += 1

    def _put_back(self, messages: Sequence[Message], *, after: float = 0.0) -> None:
        self._claims.put_back([each.delivery for each in messages], after=after)

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
