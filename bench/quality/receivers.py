"""Receivers decode packets into sound. Sample n of the sound is played at n / 48,000 s.

A receiver without delay would play each packet at the moment when it is sent.
"""

from collections.abc import Sequence
from math import ceil
from typing import cast

import numpy as np
from aiortc.codecs.opus import OpusDecoder
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket
from av import AudioFrame

from audio.mixing.levels import level_of
from audio.mixing.opus import FRAME, RATE, Decoder, Pcm
from audio.mixing.playout import Playout
from audio.mixing.voice import QUIET_DB

TICK = FRAME / RATE  # seconds
AFTER = 0.6  # seconds by which the sound of a receiver is longer than the sound in the packets
# How many offsets of the ticks from the packets are tried. In practice, the offset is random; here,
# it depends on the seed.
PHASES = 4
# Seconds that the fixed buffer waits in addition to the duration of a packet: with packets of
# 20 ms, it waits 60 ms in total.
FIXED = 0.040

Arrivals = Sequence[tuple[float, int]]


def play_engine(packets: Sequence[bytes], arrivals: Arrivals, duration: int, seed: int) -> Pcm:
    """Play with the jitter buffer, decoder and playout of our mixer, with a tick every 20 ms."""
    sound = _silence(packets, duration)
    playout = Playout()
    now = _first_tick(seed)
    at = 0
    while now < len(sound) / RATE - TICK:
        while at < len(arrivals) and arrivals[at][0] <= now:
            arrived, number = arrivals[at]
            playout.jitter.push(number * duration, packets[number], arrived)
            at += 1
        frame = playout.read(now)
        if frame is not None and level_of(frame) < QUIET_DB:
            frame = playout.adapt(frame)
        if frame is not None:
            start = round(now * RATE)
            sound[start : start + FRAME] = frame
        now += TICK
    return sound


def play_fixed(packets: Sequence[bytes], arrivals: Arrivals, duration: int) -> Pcm:
    """Play after a fixed delay, with an ideal buffer that knows when each packet was sent."""
    return _play_later(packets, arrivals, duration, _fixed_wait(duration))


def play_fixed_in_ticks(
    packets: Sequence[bytes], arrivals: Arrivals, duration: int, seed: int
) -> Pcm:
    """Play with the ideal buffer, but only at ticks of a mixer, as the engine must."""
    first = _first_tick(seed)
    ticks = ceil((_fixed_wait(duration) - first) / TICK)
    return _play_later(packets, arrivals, duration, first + ticks * TICK)


def _fixed_wait(duration: int) -> float:
    return duration / RATE + FIXED


def _first_tick(seed: int) -> float:
    return (0.5 + seed % PHASES) / PHASES * TICK


def _play_later(packets: Sequence[bytes], arrivals: Arrivals, duration: int, wait: float) -> Pcm:
    sound = _silence(packets, duration)
    due = {number: arrived for arrived, number in arrivals}
    decoder = Decoder()
    for number in range(len(packets)):
        plays = number * duration / RATE + wait
        if due.get(number, np.inf) <= plays:
            piece = decoder.decode(packets[number], duration)
        elif due.get(number + 1, np.inf) <= plays:
            piece = decoder.recover(packets[number + 1], duration)
        else:
            piece = decoder.conceal(duration)
        start = round(plays * RATE)
        sound[start : start + duration] = piece
    return sound


def play_aiortc(packets: Sequence[bytes], arrivals: Arrivals, duration: int) -> Pcm:
    """Play with aiortc's buffer and decoder, and a player that waits for the slowest frame.

    Missing frames are silent.
    """
    buffer, decoder = JitterBuffer(capacity=16, prefetch=4), OpusDecoder()
    frames: list[tuple[int, Pcm]] = []
    wait = 0.0
    for arrived, number in arrivals:
        packet = RtpPacket(sequence_number=number, timestamp=number * duration)
        packet._data = packets[number]  # type: ignore[attr-defined]
        _, encoded = buffer.add(packet)
        if encoded is None:
            continue
        for frame in decoder.decode(encoded):
            stereo = cast(AudioFrame, frame).to_ndarray()[0]
            frames.append((encoded.timestamp, stereo[::2].astype(np.float32) / np.float32(32_768)))
        wait = max(wait, arrived - encoded.timestamp / RATE)
    sound = _silence(packets, duration)
    for timestamp, samples in frames:
        start = timestamp + round(wait * RATE)
        sound[start : start + len(samples)] = samples[: max(0, len(sound) - start)]
    return sound


def _silence(packets: Sequence[bytes], duration: int) -> Pcm:
    return np.zeros(len(packets) * duration + round(AFTER * RATE), np.float32)
