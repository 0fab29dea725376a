"""Each kind of viewer can read only what they are allowed to, on every page about a Space.

The Space contains one of everything, each with unique words. `PAGES` lists the pages and what each
kind of viewer finds on them; `VIEWERS` maps each viewer to their kind.
"""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from accounts import blocking
from safety import suspension
from spaces.actions import chat, guests, invitations, lifecycle, removals, requests
from spaces.models import Role
from tests.factories import join_as_guest, make_host, make_user, put_on_stage
from tests.fixtures.room import LiveRoom, Page, in_thread, session_of
from timeline import pins, posts

WORDS = {
    "title": "Trams at night",
    "host": "Hana Host",
    "stage": "Sami Speaker",
    "chat": "Said in the room",
    "listener": "Lena Listener",
    "asking": "Quinn Asker",
    "invited": "Ivo Invited",
    "pin": "Words of a pinned post",
    "reason": "Because of the bells",
    "removed": "Remo Removed",
    "guest": guests.person_of("gjoined")["name"],
}
NOTHING: set[str] = set()
TITLE = {"title"}
CARD = TITLE | {"host"}
OUTLINE = CARD | {"stage"}
ROOM = OUTLINE | {"chat", "listener", "asking", "invited", "pin"}
# Durable events do not name listeners; the first one says that the host joined the stage.
EVENTS = ROOM - {"title", "listener"}


@dataclass(frozen=True)
class Visible:
    """What hosts, other readers of the room, strangers, removed, blocked and suspended people find
    on one page."""

    hosts: set[str]
    readers: set[str]
    strangers: set[str]
    removed: set[str]
    blocked: set[str]
    suspended: frozenset[str] = frozenset()  # they read only why they are suspended


PAGES = {
    "/spaces/{}/": Visible(ROOM, ROOM, OUTLINE, TITLE, NOTHING),
    "/spaces/{}/snapshot/": Visible(ROOM, ROOM, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/events/?since=0": Visible(EVENTS, EVENTS, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/listeners/": Visible({"listener"}, {"listener"}, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/requests/": Visible({"reason"}, NOTHING, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/guests/": Visible({"guest"}, NOTHING, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/removed/": Visible({"host", "removed"}, NOTHING, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/log/": Visible({"host", "removed"}, NOTHING, NOTHING, NOTHING, NOTHING),
    # Lists and cards show a Space to all but blocked and suspended people. The oEmbed response for
    # other sites shows it to blocked people, too.
    "/": Visible(CARD, CARD, CARD, CARD, NOTHING),
    "/spaces/": Visible(CARD, CARD, CARD, CARD, NOTHING),
    "/spaces/?q=trams": Visible(CARD, CARD, CARD, CARD, NOTHING),
    "/spaces/busiest/": Visible(CARD, CARD, CARD, CARD, NOTHING),
    "/@linker/posts/": Visible(CARD, CARD, CARD, CARD, NOTHING),
    "/oembed/?url=http://testserver/spaces/{}/": Visible(CARD, CARD, CARD, CARD, CARD),
}
VIEWERS = {
    "host": "hosts",
    "cohost": "hosts",
    "speaker": "readers",
    "member who does not listen yet": "readers",
    "guest": "readers",
    "signed out": "strangers",
    "guest of another Space": "strangers",
    "removed": "removed",
    "removed, signed out since": "removed",
    "removed, in a private window": "strangers",
    "removed guest": "removed",
    "blocked": "blocked",
    "suspended": "suspended",
}


class Scene:
    def __init__(self, *, open_to_guests: bool) -> None:
        self.host = make_host("hana", name=WORDS["host"])
        self.space = lifecycle.start(
            host=self.host, title=WORDS["title"], open_to_guests=open_to_guests
        )
        put_on_stage(self.space, make_user("sami", name=WORDS["stage"]))
        # The speaker is not Sami, because a person's own name is on every page that they open.
        self.speaker = put_on_stage(self.space, make_user("otto"))
        self.cohost = put_on_stage(self.space, make_user("coco"), Role.COHOST)
        self.listener = make_user("lena", name=WORDS["listener"])
        chat.send(self.space, author=self.host, text=WORDS["chat"])
        asker = make_user("quinn", name=WORDS["asking"])
        requests.ask(self.space, user=asker, reason=WORDS["reason"])
        invited = make_user("ivo", name=WORDS["invited"])
        invitations.invite(self.space, by=self.host, user=invited)
        removals.remove(self.space, user=make_user(name=WORDS["removed"]), by=self.host)
        post = posts.write(author=make_user("pia"), text=WORDS["pin"])
        pins.pin(self.space, post=post, by=self.host)
        address = f"http://testserver{self.space.get_absolute_url()}"
        posts.write(author=make_user("linker"), text=f"Listen: {address}")
        join_as_guest(self.space, "joined")
        self.other = make_host()
        elsewhere = lifecycle.start(host=self.other, title="Elsewhere", open_to_guests=True)
        join_as_guest(elsewhere, "elsewhere")

    def prepare(self, viewer: str) -> dict[str, Any]:
        """Create this viewer; return what identifies their browser (`tests.fixtures.room.Page`)."""
        person = make_user()
        match viewer:
            case "host" | "cohost" | "speaker":
                person = getattr(self, viewer)
            case "guest":
                return {"user": None, "guest": join_as_guest(self.space, "another").guest}
            case "guest of another Space":
                return {"user": None, "guest": "elsewhere", "joins": False}
            case "signed out" | "removed, in a private window":
                return {"user": None}
            case "removed":
                removals.remove(self.space, user=person, by=self.host)
            case "removed, signed out since":
                removals.remove(self.space, user=person, by=self.host)
                return {"user": None, "guest": "former", "formerly": person}
            case "removed guest":
                key = join_as_guest(self.space, "gone").key
                removals.remove_guest(self.space, key=key, by=self.host)
                return {"user": None, "guest": "gone"}
            case "suspended":
                staff = make_user(is_staff=True)
                suspension.suspend(person, until=None, reason="Spam", by=staff)
            case "blocked":
                blocking.block(blocker=self.host, blocked=person)
        return {"user": person}

    def kind_of(self, viewer: str) -> str:
        """In a Space that is closed to guests, a guest counts as signed out."""
        is_out = viewer == "guest" and not self.space.open_to_guests
        return "strangers" if is_out else VIEWERS[viewer]


@pytest.fixture(params=[True, False], ids=["open to guests", "closed to guests"])
async def scene(request: pytest.FixtureRequest, room: LiveRoom) -> Scene:
    scene = await in_thread(Scene, open_to_guests=request.param)
    await room.enter(scene.space, scene.listener)
    if request.param:
        await room.enter(scene.space, None, guest="joined")
    return scene


def words_in(text: str) -> set[str]:
    return {name for name, words in WORDS.items() if words in text}


async def test_each_viewer_reads_exactly_what_they_are_allowed_to(scene):
    found, allowed = await in_thread(read_all_pages, scene)
    assert found == allowed


async def test_only_readers_of_the_room_get_frames_on_the_socket(scene, room):
    heard, expected = {}, {}
    for viewer in VIEWERS:
        known = await in_thread(scene.prepare, viewer)
        page = await room.connect(scene.space.public_id, **known)
        kinds = await frames_until(page, {"hello", "refused"})
        await in_thread(chat.send, scene.space, author=scene.host, text=f"Heard by {viewer}")
        kinds += await frames_until(page, {"message", "closed"})
        reads = scene.kind_of(viewer) in ("hosts", "readers")
        heard[viewer] = kinds
        expected[viewer] = ["hello", "message"] if reads else ["refused", "closed"]
    assert heard == expected


async def frames_until(page: Page, last: set[str]) -> list[str]:
    """Return the kinds of the frames up to one of `last`. `audience` is left out, since it may come
    at any time."""
    kinds: list[str] = []
    while not last & set(kinds):
        output = await page.socket.receive_output(5)
        kind = json.loads(output["text"])["t"] if "text" in output else "closed"
        kinds += [kind] if kind != "audience" else []
    return kinds


def read_all_pages(scene: Scene) -> tuple[dict[str, Any], dict[str, Any]]:
    found, allowed = {}, {}
    guest_is_here = scene.space.open_to_guests
    for viewer in VIEWERS:
        known = {"guest": "", "formerly": None, **scene.prepare(viewer)}
        known.pop("joins", None)
        client = Client(headers={"cookie": f"sessionid={session_of(**known)}"})
        for page, visible in PAGES.items():
            if not guest_is_here and "{}" not in page:
                continue  # lists are the same whether or not guests are allowed
            answer = client.get(page.format(scene.space.public_id))
            found[f"{page} {viewer}"] = words_in(answer.text)
            expected = getattr(visible, scene.kind_of(viewer))
            allowed[f"{page} {viewer}"] = expected if guest_is_here else expected - {"guest"}
    return found, allowed
