"""What a peer sends us, decrypted (RFC 3711).

A browser may send from one SSRC after another in a call: it restarts its microphone, its encoder or
its audio process. Each new one is taken, however many they are. What is kept of them is bounded:
the one that has been silent the longest makes way, and does not come back, since without its state
its old packets could be replayed.
"""

from collections import OrderedDict
from collections.abc import Callable

from pylibsrtp import Error, Policy, Session

from audio.transport.rollover import join_after_wrap, may_follow_wrap
from audio.transport.srtp import Profile, SrtpError
from core.token_bucket import TokenBucket

MAX_STREAMS = 8  # SSRCs whose state is kept: each costs memory
MAX_RETIRED = 1024  # SSRCs that are remembered as gone
STREAMS_RATE, STREAMS_BURST = 4.0, 8.0  # new SSRCs a second
JOINS_RATE, JOINS_BURST = 4.0, 8.0  # tries a second: noise causes them too
REPLAY_WINDOW = 1024  # packets; a phone on a bad network delivers a second's worth at once


class Inbound:
    """Refuses what is not authentic, or was seen before. `now` is monotonic seconds."""

    def __init__(self, key: bytes, profile: Profile) -> None:
        policy = Policy(key=key, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile.policy)
        policy.window_size = REPLAY_WINDOW
        self._policy = policy
        self._packets, self._reports = _Streams(policy), _Streams(policy)
        self._joins = TokenBucket(rate=JOINS_RATE, burst=JOINS_BURST)

    def unprotect(self, packet: bytes, now: float, *, may_begin: bool = True) -> bytes:
        """An RTP packet, or `SrtpError`. `may_begin`: whether it may be the first of its SSRC."""
        ssrc = packet[8:12]
        session = self._packets.find(ssrc)
        if session is not None:
            return _decrypt(session.unprotect, packet)
        if not may_begin:
            raise SrtpError("a stream that was not negotiated")
        session = self._packets.open(ssrc, now)
        try:
            plain = _decrypt(session.unprotect, packet)
        except SrtpError:
            if not may_follow_wrap(packet) or not self._joins.spend(now):
                raise
            session, plain = self._join(packet)
        self._packets.add(ssrc, session, now)
        return plain

    def unprotect_rtcp(self, packet: bytes, now: float) -> bytes:
        """An RTCP compound, or `SrtpError`."""
        ssrc = packet[4:8]
        session = self._reports.find(ssrc)
        if session is not None:
            return _decrypt(session.unprotect_rtcp, packet)
        session = self._reports.open(ssrc, now)
        plain = _decrypt(session.unprotect_rtcp, packet)
        self._reports.add(ssrc, session, now)
        return plain

    def _join(self, packet: bytes) -> tuple[Session, bytes]:
        try:
            return join_after_wrap(self._policy, packet)
        except (Error, ValueError) as error:
            raise SrtpError(str(error)) from error


class _Streams:
    """The sessions that hold the state of the SSRCs known: most share one."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._shared: Session | None = None
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()  # the longest silent first
        self._retired: OrderedDict[bytes, None] = OrderedDict()
        self._new = TokenBucket(rate=STREAMS_RATE, burst=STREAMS_BURST)

    def find(self, ssrc: bytes) -> Session | None:
        session = self._sessions.get(ssrc)
        if session is not None:
            self._sessions.move_to_end(ssrc)
        return session

    def open(self, ssrc: bytes, now: float) -> Session:
        """Where a new SSRC may try; it is not known until `add`."""
        if ssrc in self._retired:
            raise SrtpError("a stream that is over")
        if not self._new.has(now):
            raise SrtpError("too many streams at once")
        if self._shared is None:
            self._shared = Session(self._policy)
        return self._shared

    def add(self, ssrc: bytes, session: Session, now: float) -> None:
        """The first packet of this SSRC was authentic."""
        self._new.spend(now)
        self._sessions[ssrc] = session
        if len(self._sessions) > MAX_STREAMS:
            self._retire(*self._sessions.popitem(last=False))

    def _retire(self, ssrc: bytes, session: Session) -> None:
        if session is self._shared:
            session.remove_stream(int.from_bytes(ssrc))
        self._retired[ssrc] = None
        if len(self._retired) > MAX_RETIRED:
            self._retired.popitem(last=False)


def _decrypt(decrypt: Callable[[bytes], bytes], packet: bytes) -> bytes:
    try:
        return decrypt(packet)
    except (Error, ValueError) as error:
        raise SrtpError(str(error)) from error
