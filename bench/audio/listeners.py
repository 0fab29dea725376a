"""Many listeners in one process. They count packets and the gaps between them, without decryption.

The kernel timestamps the arrival of packets. With hundreds of listeners in one process, the
process's own clock would also measure how long packets wait until the process reads them.

The process reads one command per line from stdin, `join N` or `measure SECONDS`, and prints one
line of JSON per command.
"""

import asyncio
import json
import socket
import struct
import sys
import time
from typing import Any

from bench.audio.node_client import NodeClient
from tests.audio.webrtc_client import Client

CONCURRENT_JOINS = 4
SO_TIMESTAMPNS = 35  # a Linux constant that the standard library lacks
TIMESPEC = struct.Struct("=qq")


class Listener(Client):
    """`gaps` contains the seconds between packets; `lost` counts missing sequence numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.check_every = 2.5  # seconds between connectivity checks, as in Chromium
        self.gaps: list[float] = []
        self.packets = self.lost = 0
        self.first = 0.0  # Unix time at which the first packet arrived
        self._last: tuple[int, float] | None = None

    def reset(self) -> None:
        self.gaps.clear()
        self.packets = self.lost = 0

    def _open_socket(self) -> socket.socket:
        opened = super()._open_socket()
        opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        return opened

    def _read(self) -> None:
        while True:
            try:
                data, control, _flags, _sender = self.socket.recvmsg(2048, 64)
            except (BlockingIOError, OSError):
                break
            if data[0] & 0xC0 != 0x80 or 192 <= data[1] < 224:
                self._dispatch(data)
            else:
                seconds, nanoseconds = TIMESPEC.unpack(control[0][2])
                arrived = seconds + nanoseconds / 1e9
                self._count(int.from_bytes(data[2:4]), arrived, int.from_bytes(data[4:8]))
        self._changed.set()

    def _count(self, number: int, arrived: float, timestamp: int) -> None:
        """Count a packet, by its sequence number, its arrival and its RTP timestamp."""
        if self._last is None:
            self.first = arrived
        else:
            self.lost += ((number - self._last[0]) & 0xFFFF) - 1
            self.gaps.append(arrived - self._last[1])
        self._last = number, arrived
        self.packets += 1


async def join(node_client: NodeClient, name: str) -> tuple[Listener, float]:
    """Return a new listener, and the seconds from its request to its first packet."""
    listener, began = Listener(), time.time()
    offer = await node_client.request("listen", name, name)
    await node_client.request("answer", name, listener.answer(offer))
    await listener.connect()
    await listener.until(lambda: listener.packets > 0)
    return listener, listener.first - began


async def run(path: str) -> None:
    node_client = await NodeClient.open(path)
    listeners: list[Listener] = []
    gate = asyncio.Semaphore(CONCURRENT_JOINS)

    async def join_in_turn(name: str) -> float:
        async with gate:
            listener, took = await join(node_client, name)
        listeners.append(listener)
        return took

    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        verb, number = line.split()
        if verb == "join":
            names = [f"listener {len(listeners) + i}" for i in range(int(number))]
            reply: dict[str, Any] = {"joins": await asyncio.gather(*map(join_in_turn, names))}
        else:
            for listener in listeners:
                listener.reset()
            await asyncio.sleep(float(number))
            gaps = sorted(gap for listener in listeners for gap in listener.gaps)
            reply = {
                "packets": sum(listener.packets for listener in listeners),
                "lost": sum(listener.lost for listener in listeners),
                "gap_p50": gaps[len(gaps) // 2],
                "gap_p99": gaps[len(gaps) * 99 // 100],
            }
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1]))
