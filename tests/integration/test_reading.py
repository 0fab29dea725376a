"""Everything that tells of a Space, for everyone who may look: nobody reads more than their share.

The Space has something of everything in it, each with words that stand nowhere else. `PAGES` lists
what tells of it and what each kind of reader finds there, `VIEWERS` who is which kind.
"""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from accounts import blocking
from safety import suspension
from spaces.actions import chat, guests, invitations, lifecycle, moderation, requests
from spaces.models import Role
from tests.factories import bring_up, join_as_guest, make_host, make_user
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
    "guest": guests.guest("gjoined")["name"],
}
NOTHING: set[str] = set()
TITLE = {"title"}
CARD = TITLE | {"host"}
OUTLINE = CARD | {"stage"}
ROOM = OUTLINE | {"chat", "listener", "asking", "invited", "pin"}
# What durable events tell: who listens is none, and the first says that the host came.
EVENTS = ROOM - {"title", "listener"}


@dataclass(frozen=True)
class Share:
    """What is found in one place by hosts, by others who read the room, by strangers, by whom a
    host removed, by whom the host blocked, and by whom the staff suspended."""

    hosts: set[str]
    readers: set[str]
    strangers: set[str]
    removed: set[str]
    blocked: set[str]
    suspended: frozenset[str] = frozenset()  # who reads nothing but why


PAGES = {
    "/spaces/{}/": Share(ROOM, ROOM, OUTLINE, TITLE, NOTHING),
    "/spaces/{}/snapshot/": Share(ROOM, ROOM, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/events/?since=0": Share(EVENTS, EVENTS, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/listeners/": Share({"listener"}, {"listener"}, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/requests/": Share({"reason"}, NOTHING, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/guests/": Share({"guest"}, NOTHING, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/removed/": Share({"host", "removed"}, NOTHING, NOTHING, NOTHING, NOTHING),
    "/spaces/{}/log/": Share({"host", "removed"}, NOTHING, NOTHING, NOTHING, NOTHING),
    # The same for all who look: lists, cards, and what other sites ask.
    "/": Share(CARD, CARD, CARD, CARD, NOTHING),
    "/spaces/": Share(CARD, CARD, CARD, CARD, NOTHING),
    "/spaces/?q=trams": Share(CARD, CARD, CARD, CARD, NOTHING),
    "/spaces/busiest/": Share(CARD, CARD, CARD, CARD, NOTHING),
    "/@linker/posts/": Share(CARD, CARD, CARD, CARD, NOTHING),
    "/oembed/?url=http://testserver/spaces/{}/": Share(CARD, CARD, CARD, CARD, CARD),
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
        bring_up(self.space, make_user("sami", name=WORDS["stage"]))
        self.speaker = bring_up(self.space, make_user("otto"))  # whose own name is on every page
        self.cohost = bring_up(self.space, make_user("coco"), Role.COHOST)
        self.listener = make_user("lena", name=WORDS["listener"])
        chat.say(self.space, author=self.host, text=WORDS["chat"])
        asker = make_user("quinn", name=WORDS["asking"])
        requests.ask(self.space, user=asker, reason=WORDS["reason"])
        invited = make_user("ivo", name=WORDS["invited"])
        invitations.invite(self.space, by=self.host, user=invited)
        moderation.remove(self.space, user=make_user(name=WORDS["removed"]), by=self.host)
        post = posts.write(author=make_user("pia"), text=WORDS["pin"])
        pins.pin(self.space, post=post, by=self.host)
        address = f"http://testserver{self.space.get_absolute_url()}"
        posts.write(author=make_user("linker"), text=f"Listen: {address}")
        join_as_guest(self.space, "joined")
        self.other = make_host()
        elsewhere = lifecycle.start(host=self.other, title="Elsewhere", open_to_guests=True)
        join_as_guest(elsewhere, "elsewhere")

    def come(self, viewer: str) -> dict[str, Any]:
        """Make them who they are; how their browser is known (`tests.fixtures.room.Page`)."""
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
                moderation.remove(self.space, user=person, by=self.host)
            case "removed, signed out since":
                moderation.remove(self.space, user=person, by=self.host)
                return {"user": None, "guest": "former", "formerly": person}
            case "removed guest":
                key = join_as_guest(self.space, "gone").key
                moderation.remove_guest(self.space, key=key, by=self.host)
                return {"user": None, "guest": "gone"}
            case "suspended":
                staff = make_user(is_staff=True)
                suspension.suspend(person, until=None, reason="Spam", by=staff)
            case "blocked":
                blocking.block(blocker=self.host, blocked=person)
        return {"user": person}

    def kind_of(self, viewer: str) -> str:
        """In a closed Space a guest is as whoever is signed out."""
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


async def test_nobody_reads_more_than_their_share(scene):
    found, shares = await in_thread(look_everywhere, scene)
    assert found == shares


async def test_a_socket_speaks_to_who_reads_the_room_and_to_nobody_else(scene, room):
    heard, expected = {}, {}
    for viewer in VIEWERS:
        known = await in_thread(scene.come, viewer)
        page = await room.knock(scene.space.public_id, **known)
        told = await frames_until(page, {"hello", "refused"})
        await in_thread(chat.say, scene.space, author=scene.host, text=f"Heard by {viewer}")
        told += await frames_until(page, {"message", "closed"})
        reads = scene.kind_of(viewer) in ("hosts", "readers")
        heard[viewer] = told
        expected[viewer] = ["hello", "message"] if reads else ["refused", "closed"]
    assert heard == expected


async def frames_until(page: Page, last: set[str]) -> list[str]:
    """The kinds of what is told, up to one of these; how many listen comes when it comes."""
    told: list[str] = []
    while not last & set(told):
        output = await page.socket.receive_output(5)
        kind = json.loads(output["text"])["t"] if "text" in output else "closed"
        told += [kind] if kind != "audience" else []
    return told


def look_everywhere(scene: Scene) -> tuple[dict[str, Any], dict[str, Any]]:
    found, shares = {}, {}
    guest_is_here = scene.space.open_to_guests
    for viewer in VIEWERS:
        known = {"guest": "", "formerly": None, **scene.come(viewer)}
        known.pop("joins", None)
        client = Client(headers={"cookie": f"sessionid={session_of(**known)}"})
        for page, share in PAGES.items():
            if not guest_is_here and "{}" not in page:
                continue  # lists are the same whether or not guests may listen
            answer = client.get(page.format(scene.space.public_id))
            found[f"{page} {viewer}"] = words_in(answer.text)
            mine = getattr(share, scene.kind_of(viewer))
            shares[f"{page} {viewer}"] = mine if guest_is_here else mine - {"guest"}
    return found, shares
