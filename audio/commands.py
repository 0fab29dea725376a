"""The messages between web processes and audio nodes, sent over the channel layer.

The channel layer is pub/sub: a message without a receiver is lost. So each command has an id and
may be sent again with the same id (see `audio.command_handler`). The channel layer transports plain
dicts with a `type`, as Channels expects; these classes define their fields.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self

from audio.caller import Caller

NODES = "audio.nodes"  # the group of all nodes
EVERY_WEB = "audio.web"  # the group of all web processes

CALLER_VERBS = frozenset({"listen", "listen_at_edge", "speak", "adopt"})  # with a Caller's fields
VERBS = CALLER_VERBS | {"reconcile", "answer", "set_quality", "leave", "open_trunk"}
# The code of a reply whose message names the nodes that may execute the command instead.
REDIRECT = "redirect"
CALLER_FIELDS = frozenset(each.name for each in fields(Caller))
MAX_ARGUMENT = 64 << 10  # characters; a session description has about 2000


def group_of(node: str) -> str:
    """Return the channel-layer group that carries a node's commands."""
    return f"audio.node.{node}"


@dataclass(frozen=True, kw_only=True)
class Message:
    """The base of all messages; `type` identifies the subclass."""

    type: ClassVar[str]

    def pack(self) -> dict[str, Any]:
        return {"type": self.type, **asdict(self)}

    @classmethod
    def unpack(cls, message: Mapping[str, Any]) -> Self:
        """Build a message from a received dict. Raises KeyError when a field is missing."""
        return cls(**{field.name: message[field.name] for field in fields(cls)})


@dataclass(frozen=True, kw_only=True)
class Command(Message):
    """A call of the engine's method `verb` with these arguments; `reply_to` is a channel.

    A `listen` may have a further argument, `avoid`: the edge that could not execute the command.
    """

    type: ClassVar[str] = "audio.command"
    id: str
    reply_to: str
    verb: str
    arguments: dict[str, str]

    @property
    def allowed(self) -> bool:
        """Return True if the verb is known, its caller is complete and no argument is too long."""
        fields_missing = CALLER_FIELDS - self.arguments.keys() if self.verb in CALLER_VERBS else ()
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
        """Return the arguments of the engine's method; the command must be allowed."""
        if self.verb not in CALLER_VERBS:
            return {**self.arguments}
        others = dict(self.arguments)
        caller = Caller(**{name: others.pop(name) for name in CALLER_FIELDS})
        return {**others, "caller": caller}


@dataclass(frozen=True, kw_only=True)
class Reply(Message):
    """The reply to the command with this id: a result, or an error's code and message."""

    type: ClassVar[str] = "audio.reply"
    id: str
    node: str
    instance: str
    result: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Reconcile(Message):
    """Asks every node to reconcile this room, or all rooms if "" (see `audio.reconcile`)."""

    type: ClassVar[str] = "reconcile"
    room: str


@dataclass(frozen=True, kw_only=True)
class Up(Message):
    """Notifies the process that opened or adopted the peer; see events.PeerUp."""

    type: ClassVar[str] = "audio.up"
    room: str
    peer: str


@dataclass(frozen=True, kw_only=True)
class Gone(Message):
    """Notifies the process that opened or adopted the peer; see events.PeerGone."""

    type: ClassVar[str] = "audio.gone"
    room: str
    peer: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class InstanceChanged(Message):
    """Notifies every web process that the node now runs as this instance, or has stopped if ""."""

    type: ClassVar[str] = "audio.instance_changed"
    node: str
    instance: str
