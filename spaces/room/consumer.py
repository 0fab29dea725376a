"""The socket of a page in a live Space (docs/protocol.md). A person is in the room while they have
an open socket."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable
from copy import copy
from functools import cached_property
from typing import Any

import structlog

from accounts.session_refs import SessionRef
from core import database, rates
from core.refusals import Refusal
from core.sockets import close_codes
from core.sockets.consumer import BaseConsumer
from core.sockets.frame import Frame
from core.sockets.incoming import FrameRules
from core.sockets.limits import ROOM
from core.times import stamp
from core.token_bucket import TokenBucket
from spaces.admission import NotAdmitted, SignedOut
from spaces.models import Space
from spaces.room import cool_down, entrance, frame_handlers, frames
from spaces.room.entrance import get_entrance
from spaces.room.events import PROTOCOL, Moved
from spaces.room.frame_handlers import FrameHandler
from spaces.room.hub import get_hub
from spaces.room.publish import announce
from spaces.room.signalling import Signalling
from spaces.viewer import Viewer

log = structlog.get_logger(__name__)

GUESTS_CANT_REACT = "You are a guest here: sign in to react."


class RoomConsumer(BaseConsumer):
    session = SessionRef()  # the browser session in which the socket was opened
    space_id = ""  # the room that the socket has joined
    space: Space  # set once the viewer is admitted; other sockets have the same object
    is_admitted = False
    key = ""
    keys: frozenset[str] = frozenset()
    network = ""
    reads_captions = False
    viewer: Viewer
    waiting: list[Frame] | None = None  # frames of the room, until the viewer is admitted
    is_closing = False  # refused, or the Space has ended
    has_sound = False  # True for one of a person's sockets: the last one to request the sound

    def frame_rules(self) -> FrameRules:
        return frames.rules()

    async def connect(self) -> None:
        # Accept before any query, so that sockets that wait for the database are counted as well.
        if not await self._accept():
            return
        space_id, session = self.scope["url_route"]["kwargs"]["space_id"], self.scope["session"]
        try:
            viewer = await get_entrance().viewer_of(session, self.address)
        except rates.TooFast as refusal:
            await self._close(close_codes.TOO_FAST, refusal)
            return
        await self._claim(ROOM.owners(viewer.key, session.session_key))
        if not viewer.key:  # a stranger can't be in a room
            space, refused = await database.run(entrance.find_and_check, space_id, viewer)
            await self._reject(refused or (SignedOut() if space else None))
        elif space_id not in get_hub().rooms and not await entrance.exists(space_id):
            await self._reject(None)
        else:
            await self._enter(space_id, viewer)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.is_admitted:
            return  # the socket was refused and is closing
        if (frame := await self._read(text_data)) is not None:
            await self._act(frame)

    async def disconnect(self, code: int) -> None:
        if "signalling" in self.__dict__:
            self.signalling.close()
        if self.key:
            await get_hub().leave(self.space_id, self)

    # --- called by the hub ---------------------------------------------------------

    async def deliver(self, frame: Frame) -> None:
        if self.waiting is None:
            await self._write(frame)
        else:
            self.waiting.append(frame)

    async def finish(self) -> None:
        self.is_closing = True
        await self.close(1000)

    async def expel(self) -> None:
        """Check admission once more, and close the socket if the person is no longer admitted."""
        _, refused = await get_entrance().admit(self.space_id, self.viewer)
        if refused is not None:
            await self._reject(refused)

    async def hand_over(self, to: str) -> None:
        if self.has_sound and to != self.name:
            self.has_sound = False
            await self._send({"t": "moved"})

    # --- created by the first frame that needs them ---------------------------------------

    @cached_property
    def name(self) -> str:
        """Identifies this socket among the person's sockets, in all processes."""
        return secrets.token_urlsafe(8)

    @cached_property
    def signalling(self) -> Signalling:
        return Signalling(
            copy(self.space),
            self.viewer,
            session=self.session,
            network=self.address,
            notify=self._notify,
        )

    @cached_property
    def handlers(self) -> dict[str, FrameHandler]:
        return frame_handlers.create(self.space, self.viewer)

    @cached_property
    def reactions_left(self) -> TokenBucket:
        return TokenBucket(burst=10, rate=4)

    @cached_property
    def warnings_left(self) -> TokenBucket:
        """For a person who reacts far too often."""
        return TokenBucket(burst=1, rate=0.2)

    # --- opening the socket, then its frames --------------------------------------------

    async def _reject(self, refused: NotAdmitted | None) -> None:
        self.is_closing = True
        if self.key:  # leave at once, however long the client takes to answer the close frame
            await get_hub().leave(self.space_id, self)
        if refused is None:
            await self._close(close_codes.NO_SPACE, Refusal("no_space", "There is no such Space."))
        else:
            is_signed_out = isinstance(refused, SignedOut)
            code = close_codes.SIGNED_OUT if is_signed_out else close_codes.REFUSED
            await self._close(code, refused)

    async def _enter(self, space_id: str, viewer: Viewer) -> None:
        """Join the room, and then check admission. So the check sees every earlier change, and
        every later change arrives as an event; these events wait until the viewer is admitted."""
        self.space_id, self.viewer, self.key, self.keys = space_id, viewer, viewer.key, viewer.keys
        self.session = SessionRef.of(self.scope["session"], viewer.user)
        self.may_react = viewer.user is not None
        self.waiting = []
        try:
            room = await get_hub().join(space_id, self)
        except Exception as error:
            log.warning("room_not_joined", space=space_id, error=repr(error))
            refusal = Refusal("unavailable", "The room is not reachable right now.")
            await self._close(close_codes.UNAVAILABLE, refusal)
            return
        space, refused = await get_entrance().admit(space_id, viewer)
        if self.is_closing:
            return  # the hub was faster
        if space is None or refused:
            await self._reject(refused)
            return
        self.space, self.is_admitted = space, True
        self.network = cool_down.hash_of(space, self.address) if self.address else ""
        room.revision = room.revision or space.revision  # 0 if the room is new in this process
        await self._send(
            {
                "t": "hello",
                "protocol": PROTOCOL,
                "rev": space.revision,
                "me": self.key,
                "now": stamp(await get_hub().welcome(space_id, self)),
            }
        )
        while self.waiting:
            await self._write(self.waiting.pop(0))
        self.waiting = None
        if room.talking:
            await self.deliver(room.talking)

    async def _act(self, frame: dict[str, Any]) -> None:
        match frame["t"]:
            case "beat":
                await self._send({"t": "beat"})
            case "react" if not self.may_react:
                await self._refuse_frame(Refusal("not_allowed", GUESTS_CANT_REACT))
            case "react":
                if self.reactions_left.spend(time.monotonic()):
                    get_hub().react(self.space_id, self.key, frame["emoji"])
                elif self.warnings_left.spend(time.monotonic()):
                    await self._refuse(rates.refusal_of(self.reactions_left))
            case "listen":
                await self._reply(frame["ref"], self._taking_sound(self.signalling.listen()))
            case "hls":
                await self._reply(frame["ref"], self._taking_sound(self.signalling.hls()))
            case "answer":
                await self._reply(frame["ref"], self.signalling.answer(frame["peer"], frame["sdp"]))
            case "speak":
                speaking = self._taking_sound(self.signalling.speak(frame["sdp"]))
                await self._reply(frame["ref"], speaking)
            case "adopt":
                adopting = self._keeping_sound(self.signalling.adopt(frame["peer"]))
                await self._reply(frame["ref"], adopting)
            case "quality":
                set_quality = self.signalling.set_quality(frame["peer"], frame["quality"])
                await self._reply(frame["ref"], set_quality)
            case "read_captions":
                self.reads_captions = frame["on"]
            case "hangup":
                await self._reply(0, self.signalling.hang_up(frame["peer"]))
            case kind:
                try:
                    await self.handlers[kind].handle(frame)
                except Refusal as refusal:
                    await self._refuse(refusal)

    async def _taking_sound(self, opening: Awaitable[dict[str, Any]]) -> dict[str, Any]:
        """Open a peer, and take the sound from the person's other sockets."""
        result = await opening
        if not self.has_sound:
            self.has_sound = True
            with contextlib.suppress(Exception):  # without Redis, the node still closes old peers
                await announce(self.space_id, Moved(who=self.key, to=self.name))
        return result

    async def _keeping_sound(self, adopting: Awaitable[dict[str, str]]) -> dict[str, str]:
        """Adopt the peer of a lost socket, which had the sound."""
        result = await adopting
        self.has_sound = True
        return result

    async def _reply(self, ref: int, work: Any) -> None:
        try:
            result = await work or {}
        except Refusal as refusal:
            result = refusal.body()
        await self._send({"t": "reply", "ref": ref, **result})

    def _notify(self, frame: dict[str, Any]) -> None:
        self.sending = asyncio.ensure_future(self._send(frame))
