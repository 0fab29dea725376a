"""An edge's request for a trunk, as the arguments of `open_trunk`, and the trunk's key."""

import ipaddress
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from audio.interface import AudioError
from audio.quality import QUALITIES


@dataclass(frozen=True)
class TrunkRequest:
    """Which trunk an edge wants, where it receives the trunk, and how much its listeners lose.

    `address` and `port` are those of the edge on the internal network. `loss` is the share of
    packets that its listeners lose (0 to 1).
    """

    node: str  # the edge's name; "" for a packager (audio.hls), to which no listener is sent
    address: str
    port: int
    ssrc: int
    quality: str
    loss: float

    def pack(self) -> dict[str, str]:
        return {name: str(value) for name, value in vars(self).items()}

    @classmethod
    def parse(
        cls, *, node: str, address: str, port: str, ssrc: str, quality: str, loss: str
    ) -> "TrunkRequest":
        """Read the arguments of a command. Raises AudioError."""
        try:
            request = cls(
                node=node,
                address=str(ipaddress.ip_address(address)),
                port=int(port),
                ssrc=int(ssrc),
                quality=quality,
                loss=min(max(float(loss), 0.0), 1.0),
            )
        except ValueError as error:
            raise AudioError("bad_description", "malformed request for a trunk") from error
        if not (0 < request.port < 1 << 16 and 0 <= request.ssrc < 1 << 32):
            raise AudioError("bad_description", "malformed request for a trunk")
        if quality not in QUALITIES:
            raise AudioError("bad_description", "unknown quality")
        return request


def derive_key(trunk: str, salt: str, *, length: int) -> bytes:
    """Return the SRTP key of the trunk with this name and this salt. No other trunk has this key,
    and only processes with the SECRET_KEY can derive it."""
    return salted_hmac("audio.trunk", f"{trunk} {salt}", algorithm="sha512").digest()[:length]
