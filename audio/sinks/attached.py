"""The sinks of one room. Whatever they do, the room's tick goes on."""

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
        """One that is not attached is already gone."""
        self._sinks = [each for each in self._sinks if each is not sink]

    def send(self, tick: DecodedTick) -> None:
        for sink in self._sinks:
            try:
                sink.take(tick)
            except Exception:
                log.exception("sink_detached")
                self.detach(sink)
