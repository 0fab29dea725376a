"""The sinks attached to one room. A sink that fails is detached and does not stop the tick."""

import logging

from audio.sinks.interface import DecodedTick, Sink

log = logging.getLogger(__name__)


class AttachedSinks:
    def __init__(self) -> None:
        self._sinks: list[Sink] = []

    def __len__(self) -> int:
        return len(self._sinks)

    def attach(self, sink: Sink) -> None:
        self._sinks.append(sink)

    def detach(self, sink: Sink) -> None:
        """Detach a sink; do nothing if it is not attached."""
        self._sinks = [each for each in self._sinks if each is not sink]

    def send(self, tick: DecodedTick) -> None:
        for sink in self._sinks:
            try:
                sink.take(tick)
            except Exception:
                log.exception("sink_detached")
                self.detach(sink)
