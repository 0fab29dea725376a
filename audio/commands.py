"""What web processes and audio nodes say to each other over the channel layer.

The layer is pub/sub: what nobody receives is lost. So a command carries an id under which it may be
sent again, and is answered each time with the one answer it has. Messages are plain dicts with a
`type`, as the layer wants them; these classes are the only place that knows their fields.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self

from audio.caller import Caller

NODES = "audio.nodes"  # the group that every node listens to
EVERY_WEB = "audio.web"  # the group that all web processes are in

VERBS = frozenset({"reconcile", "listen", "answer", "speak", "adopt", "set_quality", "leave"})
OPENING = frozenset({"listen", "speak", "adopt"})  # these tell who calls
CALLER = frozenset(each.name for each in fields(Caller))
MAX_ARGUMENT = 64 << 10  # characters; a session description is about 2000


def group_of(node: str) -> str:
    """The channel-layer group that carries a node's commands."""
    return f"audio.node.{node}"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One kind of message; `type` tells it from the others."""

    type: ClassVar[str]

    def pack(self) -> dict[str, Any]:
        return {"type": self.type, **asdict(self)}

    @classmethod
    def unpack(cls, message: Mapping[str, Any]) -> Self:
        """Raises KeyError when a field is missing."""
        return cls(**{field.name: message[field.name] for field in fields(cls)})


@dataclass(frozen=True, kw_only=True)
class Command(Message):
    """Call `verb` of the port with these arguments; `reply_to` is a channel."""

    type: ClassVar[str] = "audio.command"
    id: str
    reply_to: str
    verb: str
    arguments: dict[str, str]

    @property
    def allowed(self) -> bool:
        """Nobody opens a peer without saying whose it is, and of which session."""
        fields_missing = CALLER - self.arguments.keys() if self.verb in OPENING else ()
        return (
            self.verb in VERBS
            and not fields_missing
            and all(
                isinstance(value, str) and len(value) <= MAX_ARGUMENT
                for value in self.arguments.values()
            )
        )

    @property
    def port_arguments(self) -> dict[str, Any]:
        """As the port takes them, of a command that is allowed."""
        if self.verb not in OPENING:
            return {**self.arguments}
        others = dict(self.arguments)
        caller = Caller(**{name: others.pop(name) for name in CALLER})
        return {**others, "caller": caller}


@dataclass(frozen=True, kw_only=True)
class Reply(Message):
    """The answer to the command with this id: a result, or an error's code and words."""

    type: ClassVar[str] = "audio.reply"
    id: str
    node: str
    instance: str
    result: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Reconcile(Message):
    """To every node: look at this room's plan again, or ("") at all (`audio.reconcile`)."""

    type: ClassVar[str] = "reconcile"
    room: str


@dataclass(frozen=True, kw_only=True)
class Up(Message):
    """To the process that opened the peer: see interface.PeerUp."""

    type: ClassVar[str] = "audio.up"
    room: str
    peer: str


@dataclass(frozen=True, kw_only=True)
class Gone(Message):
    """To the process that opened the peer: see interface.PeerGone."""

    type: ClassVar[str] = "audio.gone"
    room: str
    peer: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Turnover(Message):
    """To every web process: this node serves under this instance now ("" when it has stopped)."""

    type: ClassVar[str] = "audio.turnover"
    node: str
    instance: str
