"""Decrypt SRTP and SRTCP from a peer (RFC 3711).

A browser may change its SSRC during a call, when its microphone, encoder or audio process restarts.
Any number of new SSRCs is accepted, but their state is bounded: the SSRC that has been silent
longest is retired. A retired SSRC is not accepted again, because without its state, old packets
could be replayed.
"""

from collections import OrderedDict
from collections.abc import Callable

from pylibsrtp import Error, Policy, Session

from audio.transport.rollover import join_after_wrap, may_follow_wrap
from audio.transport.srtp import Profile, SrtpError
from core.token_bucket import TokenBucket

MAX_STREAMS = 8  # SSRCs whose state is kept, because each uses memory
MAX_RETIRED = 1024  # retired SSRCs that are remembered
STREAMS_RATE, STREAMS_BURST = 4.0, 8.0  # new SSRCs per second
# Attempts per second to join a stream after a wrap (rollover.py); corrupt packets cause some, too.
JOINS_RATE, JOINS_BURST = 4.0, 8.0
REPLAY_WINDOW = 1024  # packets; on a bad network a phone may send a second of sound at once


class Inbound:
    """Rejects packets that are not authentic or are replayed. `now` is monotonic seconds."""

    def __init__(self, key: bytes, profile: Profile) -> None:
        policy = Policy(key=key, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile.policy)
        policy.window_size = REPLAY_WINDOW
        self._policy = policy
        self._packets, self._reports = _Streams(policy), _Streams(policy)
        self._joins = TokenBucket(rate=JOINS_RATE, burst=JOINS_BURST)

    def unprotect(self, packet: bytes, now: float, *, may_begin: bool = True) -> bytes:
        """Decrypt an RTP packet. `may_begin`: whether it may be the first packet of its SSRC.
        Raises `SrtpError`."""
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
        """Decrypt a compound RTCP packet. Raises `SrtpError`."""
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
    """The libsrtp sessions with the state of the known SSRCs, most of which share one session."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._shared: Session | None = None
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()  # by SSRC, longest silent first
        self._retired: OrderedDict[bytes, None] = OrderedDict()
        self._new = TokenBucket(rate=STREAMS_RATE, burst=STREAMS_BURST)

    def find(self, ssrc: bytes) -> Session | None:
        session = self._sessions.get(ssrc)
        if session is not None:
            self._sessions.move_to_end(ssrc)
        return session

    def open(self, ssrc: bytes, now: float) -> Session:
        """Return the session to decrypt a new SSRC's first packet; call `add` if that succeeds.
        Raises SrtpError if the SSRC was retired, or if there are too many new ones."""
        if ssrc in self._retired:
            raise SrtpError("the stream is over")
        if not self._new.has(now):
            raise SrtpError("too many streams at once")
        if self._shared is None:
            self._shared = Session(self._policy)
        return self._shared

    def add(self, ssrc: bytes, session: Session, now: float) -> None:
        """Add an SSRC whose first packet was authentic."""
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
