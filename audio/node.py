"""One audio node: an engine, connected to the web processes, to Redis and to the database.

A failure outside the engine must not interrupt the sound: while Redis, the database or a web
process is unavailable, the engine continues, and the loops below retry.
"""

import asyncio
import os
import uuid
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

import structlog
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from audio.application import Application, create_application
from audio.balancer import Balancer
from audio.caller import Caller
from audio.caption_publisher import CaptionPublisher
from audio.command_handler import CommandHandler
from audio.commands import (
    EVERY_WEB,
    NODES,
    REDIRECT,
    Command,
    InstanceChanged,
    Message,
    Reconcile,
    Reply,
    group_of,
)
from audio.edge import Edge
from audio.event_publisher import EventPublisher
from audio.events import AudioEvent, EdgeClosed, EdgeOpened
from audio.interface import Audio
from audio.load import LoadMeter
from audio.placement import HEARTBEAT_EVERY, Heartbeat, Placement
from audio.subscriptions import Subscriptions
from core.background import end_all, forever

SWEEP_EVERY = 2.0  # seconds
PEERS_PER_NODE = 1000  # from this number on, a node passes listeners on to edges
OPENING = (
    "listen",
    "listen_at_edge",
    "speak",
    "open_trunk",
)  # commands that open a peer or a trunk
DEREGISTER_TIMEOUT = 0.5  # seconds that deregistering may take at shutdown

log = structlog.get_logger(__name__)


class Engine(Audio, Protocol):
    """The engine's methods that a node uses in addition to the port."""

    @property
    def rooms(self) -> Sequence[str]: ...
    @property
    def edges(self) -> Sequence[str]: ...
    @property
    def peer_count(self) -> int: ...
    @property
    def address(self) -> tuple[str, int]: ...
    @property
    def scheduling(self) -> str: ...
    @property
    def codec(self) -> str: ...
    def evict(self, room: str) -> None: ...
    def get_edge(self, room: str) -> Edge | None: ...
    def close_edge(self, room: str) -> None: ...
    def edge_nodes(self, room: str) -> Sequence[str]: ...
    def may_listen_elsewhere(self, room: str, peer: str, caller: Caller) -> bool: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


class Node:
    def __init__(
        self,
        engine: Engine,
        *,
        name: str,
        application: Application | None = None,
        placement: Placement | None = None,
        peers_per_node: int = PEERS_PER_NODE,
    ) -> None:
        self.name = name
        self.instance = uuid.uuid4().hex
        self._engine = engine
        self._placement = placement or Placement()
        self._layer: Any = get_channel_layer()
        self._commands = CommandHandler(engine, node=name, instance=self.instance)
        application = application or create_application()
        self._publisher = EventPublisher(application.announce_talkers)
        self._captions = CaptionPublisher(application.receive_caption)
        self._balancer = Balancer(self._placement, node=name, limit=peers_per_node)
        self._subscriptions = Subscriptions(self._placement, node=name, on_home=engine.close_edge)
        self._open_before: set[str] = set()  # rooms that were open at the last sweep
        self.serving = asyncio.Event()  # subscribed to commands, and the heartbeat is in Redis
        self._sweep_now = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._channel = ""
        self._subscribed = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. Raises OSError when the engine's port is taken."""
        await self._engine.start()
        unsubscribe = self._engine.subscribe(self._publisher.enqueue)
        unsubscribe_captions = self._engine.subscribe(self._captions.enqueue)
        unsubscribe_edges = self._engine.subscribe(self._notice_edge)
        loops = [
            asyncio.create_task(forever(loop, failed="audio_loop_failed"))
            for loop in (
                self._receive,
                self._publisher.run,
                self._captions.run,
                self._send_heartbeats,
                self._sweep,
            )
        ]
        log.info(
            "audio_node_started",
            node=self.name,
            scheduling=self._engine.scheduling,
            codec=self._engine.codec,
        )
        try:
            await stop.wait()
        finally:
            unsubscribe()
            unsubscribe_captions()
            unsubscribe_edges()
            await end_all([*loops, *self._tasks])
            await self._deregister()  # first, so that the peers that are closed go elsewhere
            await self._subscriptions.close_all()
            await self._engine.stop()
            log.info("audio_node_stopped", node=self.name)

    async def _receive(self) -> None:
        """Receive messages forever. Cancelling `receive`, e.g. by a timeout, would unsubscribe."""
        self._channel = self._channel or await self._layer.new_channel("audio.")
        for group in (NODES, group_of(self.name)):
            await self._layer.group_add(group, self._channel)
        await self._send_web(InstanceChanged(node=self.name, instance=self.instance))
        self._subscribed.set()
        while True:
            message = await self._layer.receive(self._channel)
            if message.get("type") == Command.type:
                self._start(self._handle(Command.unpack(message)))
            elif message.get("type") == Reconcile.type and message.get("room") == "":
                self._sweep_now.set()
            elif (
                message.get("type") == Reconcile.type and message.get("room") in self._engine.rooms
            ):
                self._start(self._reconcile(message["room"]))

    async def _handle(self, command: Command) -> None:
        peer = command.arguments.get("peer", "")
        edge, command = await self._choose_edge(command)
        if edge:
            await self._redirect(command, edge)
            return
        if command.verb in OPENING:
            self._publisher.set_owner(peer, command.reply_to)
        reply = await self._commands.handle(command)
        if reply is None:
            return
        if reply.code == "not_live":
            await self._placement.release(self.name, command.arguments["room"])
        if command.verb in OPENING and reply.code:
            self._publisher.remove_owner(peer)
        elif command.verb == "adopt" and reply.code == "unknown_peer":
            if nodes := self._engine.edge_nodes(command.arguments["room"]):
                await self._redirect(command, *nodes)
                return
        elif command.verb in ("answer", "adopt") and not reply.code:
            # The reply may go to another process than before.
            self._publisher.set_owner(peer, command.reply_to)
        log.info(
            "audio_command",
            verb=command.verb,
            room=command.arguments.get("room"),
            peer=peer,
            outcome=reply.code or "done",
        )
        await self._layer.send(command.reply_to, reply.pack())

    async def _choose_edge(self, command: Command) -> tuple[str, Command]:
        """Return the edge that should execute this command, or "", and the command for the engine,
        which does not know the argument `avoid`."""
        if command.verb != "listen" or not command.allowed:
            return "", command
        arguments = dict(command.arguments)
        if avoided := arguments.pop("avoid", ""):
            self._balancer.avoid(avoided)
            return "", replace(command, arguments=arguments)
        room = arguments["room"]
        if not self._engine.may_listen_elsewhere(**command.port_arguments):
            return "", command
        try:
            edge = await self._balancer.choose_edge(
                peers=self._engine.peer_count, edges=self._engine.edge_nodes(room)
            )
        except (RedisError, OSError) as error:
            log.warning("edge_not_chosen", room=room, error=repr(error))
            edge = ""
        return edge, command

    async def _redirect(self, command: Command, *nodes: str) -> None:
        log.info("audio_redirect", verb=command.verb, room=command.arguments["room"], nodes=nodes)
        reply = Reply(
            id=command.id,
            node=self.name,
            instance=self.instance,
            code=REDIRECT,
            message=" ".join(nodes),
        )
        await self._layer.send(command.reply_to, reply.pack())

    def _notice_edge(self, event: AudioEvent) -> None:
        """Request trunks for the rooms of which this node is an edge."""
        if isinstance(event, EdgeOpened) and (edge := self._engine.get_edge(event.room)):
            self._subscriptions.open(event.room, edge, self._engine.address)
        elif isinstance(event, EdgeClosed):
            self._subscriptions.close(event.room)

    async def _send_heartbeats(self) -> None:
        """Send heartbeats. Raises the errors of Redis; a restarted loop claims the rooms again."""
        await self._subscribed.wait()  # a process that sees a heartbeat may send commands
        self._sweep_now.set()
        meter = LoadMeter()
        while True:
            stats = {name: float(value) for name, value in (await self._engine.stats()).items()}
            clock = await self._placement.clock()
            self._balancer.load = meter.read()
            await self._placement.send_heartbeat(
                Heartbeat(
                    node=self.name,
                    instance=self.instance,
                    pid=os.getpid(),
                    scheduling=self._engine.scheduling,
                    stats=stats,
                    clock=clock,
                    codec=self._engine.codec,
                    load=self._balancer.load,
                )
            )
            self.serving.set()
            await asyncio.sleep(HEARTBEAT_EVERY)

    async def _sweep(self) -> None:
        """Reconcile all rooms every two seconds, and at once on request or when Redis recovers."""
        while True:
            # Before Python 3.12, wait_for could swallow the cancellation of this task.
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_EVERY):
                    await self._sweep_now.wait()
            self._sweep_now.clear()
            rooms = set(self._engine.rooms)
            await asyncio.gather(*(self._reconcile(room) for room in rooms))
            await self._claim_rooms(rooms)

    async def _claim_rooms(self, rooms: set[str]) -> None:
        """Renew this node's claims, close rooms that other nodes claimed, repeat the talkers."""
        origins = rooms & set(self._engine.rooms) - set(self._engine.edges)
        for room in await self._placement.claim(self.name, origins):
            log.warning("room_moved", room=room, node=self.name)
            self._engine.evict(room)
        for room in (self._open_before | rooms) - set(self._engine.rooms):
            await self._placement.release(self.name, room)
            self._publisher.remove_room(room)
        self._open_before = set(self._engine.rooms)
        await self._publisher.repeat_talkers()

    async def _reconcile(self, room: str) -> None:
        try:
            await self._engine.reconcile(room)
        except Exception as error:
            log.warning("room_not_reconciled", room=room, error=repr(error))

    async def _send_web(self, message: Message) -> None:
        await self._layer.group_send(EVERY_WEB, message.pack())

    async def _deregister(self) -> None:
        try:
            async with asyncio.timeout(DEREGISTER_TIMEOUT):
                await self._placement.deregister(self.name)
                await self._send_web(InstanceChanged(node=self.name, instance=""))
                await self._placement.close()
        except Exception as error:
            log.warning("audio_node_not_deregistered", node=self.name, error=repr(error))

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(_log_failure(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _log_failure(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception as error:
        log.warning("audio_answer_not_sent", error=repr(error))
