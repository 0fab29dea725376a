"""A guest's socket receives events and sound, and cannot send anything that others see."""

import pytest

from accounts import blocking
from accounts.models import User
from audio.interface import get_audio
from core.sockets.close_codes import REFUSED, SIGNED_OUT
from spaces.actions import guests, lifecycle, removals, succession
from spaces.models import Role, Space
from spaces.room import presence
from tests.factories import make_host, make_space, put_on_stage
from tests.fixtures.room import in_thread

GUEST = "t0k3n-of-a-guest"
KEY = f"g{GUEST}"
OFFER = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"


@pytest.fixture
async def open_space(room: object) -> Space:
    host = await in_thread(make_host)
    return await in_thread(lifecycle.start, host=host, title="Come in", open_to_guests=True)


async def test_a_guest_is_counted_without_a_name(room, open_space, listener):
    page = await room.enter(open_space, listener)
    await room.enter(open_space, None, guest=GUEST)
    while (event := await page.receive("audience"))["guests"] == 0:
        pass
    assert (event["count"], event["guests"]) == (2, 1)
    assert [person["handle"] for person in event["people"]] == ["lena"]
    assert await in_thread(presence.guests, open_space.public_id) == [KEY]


async def test_a_guest_can_listen(room, open_space):
    page = await room.enter(open_space, None, guest=GUEST)
    await page.send({"t": "listen", "ref": 1})
    assert "a=sendonly" in (await page.receive("reply"))["sdp"]


async def test_a_guest_cannot_speak(room, open_space):
    page = await room.enter(open_space, None, guest=GUEST)
    await page.send({"t": "speak", "ref": 1, "sdp": OFFER})
    assert (await page.receive("reply"))["code"] == "not_allowed"


async def test_a_guests_reaction_is_refused_and_not_published(room, open_space, listener):
    page = await room.enter(open_space, None, guest=GUEST)
    await page.send({"t": "react", "emoji": "💜"})
    assert (await page.receive("refused"))["code"] == "not_allowed"
    other = await room.enter(open_space, listener)
    await other.send({"t": "react", "emoji": "👏"})
    assert (await page.receive("reactions"))["counts"] == {"👏": 1}


async def test_a_guest_cannot_adopt_the_peer_of_another_person(room, open_space, listener):
    page = await room.enter(open_space, listener)
    await page.send({"t": "listen", "ref": 1})
    peer = (await page.receive("reply"))["peer"]
    guest = await room.enter(open_space, None, guest=GUEST)
    await guest.send({"t": "adopt", "ref": 2, "peer": peer})
    assert (await guest.receive("reply"))["code"] == "unknown_peer"


async def test_a_guest_has_to_sign_in_where_guests_are_not_allowed(room, open_space):
    closed = await in_thread(make_space)
    page = await room.connect(closed.public_id, None, guest=GUEST)
    assert (await page.receive("refused"))["code"] == "signed_out"
    assert await page.close_code() == SIGNED_OUT


async def test_a_visitor_without_a_guest_token_is_refused(room, open_space):
    page = await room.connect(open_space.public_id, None)
    assert await page.close_code() == SIGNED_OUT


async def test_a_removed_guest_is_disconnected_and_stays_out(room, open_space):
    page = await room.enter(open_space, None, guest=GUEST)
    other = await room.enter(open_space, None, guest="another")
    await in_thread(removals.remove_guest, open_space, key=KEY, by=open_space.host)
    assert (await page.receive("refused"))["code"] == "removed"
    assert await page.close_code() == REFUSED
    back = await room.connect(open_space.public_id, None, guest=GUEST)
    assert (await back.receive("refused"))["code"] == "removed"
    await other.send({"t": "beat"})
    assert await other.receive("beat")


def hand_over_to_a_blocker(space: Space, user: User) -> None:
    successor = make_host()
    put_on_stage(space, successor, Role.COHOST)
    blocking.block(blocker=successor, blocked=user)
    succession.hand_over(space, by=space.host, to=successor)


def close_the_account(space: Space, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize(
    ("exclude", "code"),
    [
        (lambda space, user: removals.remove(space, user=user, by=space.host), "removed"),
        (lambda space, user: blocking.block(blocker=space.host, blocked=user), "blocked"),
        (hand_over_to_a_blocker, "blocked"),
        (close_the_account, "suspended"),
    ],
    ids=["removed", "blocked", "blocked by a new host", "closed"],
)
async def test_excluding_a_person_also_disconnects_them_as_a_guest(
    room, open_space, listener, exclude, code
):
    page = await room.enter(open_space, None, guest=GUEST, formerly=listener)
    other = await room.enter(open_space, None, guest="another")
    await page.send({"t": "listen", "ref": 1})
    peer = (await page.receive("reply"))["peer"]
    assert get_audio().peers_of(open_space.public_id) == {peer: f"{KEY} {listener.key}"}
    await in_thread(exclude, open_space, listener)
    assert (await page.receive("refused"))["code"] == code
    assert await page.close_code() == REFUSED
    await get_audio().reconcile(open_space.public_id)
    assert get_audio().peers_of(open_space.public_id) == {}
    await other.send({"t": "beat"})
    assert await other.receive("beat")


async def test_closing_to_guests_disconnects_all_guests_and_nobody_else(room, open_space, listener):
    pages = [await room.enter(open_space, None, guest=token) for token in (GUEST, "another")]
    other = await room.enter(open_space, listener)
    await pages[0].send({"t": "listen", "ref": 1})
    peer = (await pages[0].receive("reply"))["peer"]
    assert get_audio().peers_of(open_space.public_id) == {peer: KEY}
    await in_thread(guests.set_open, open_space, is_open=False, by=open_space.host)
    for page in pages:
        assert (await page.receive("open_to_guests"))["open"] is False
        assert (await page.receive("refused"))["code"] == "signed_out"
        assert await page.close_code() == SIGNED_OUT
    await get_audio().reconcile(open_space.public_id)
    assert get_audio().peers_of(open_space.public_id) == {}
    await other.send({"t": "beat"})
    assert await other.receive("beat")
    back = await room.connect(open_space.public_id, None, guest=GUEST)
    assert await back.close_code() == SIGNED_OUT


async def test_closing_to_guests_while_redis_is_down_disconnects_them_later(
    room, open_space, redis_server
):
    page = await room.enter(open_space, None, guest=GUEST)
    await in_thread(redis_server.stop)
    await in_thread(guests.set_open, open_space, is_open=False, by=open_space.host)
    await in_thread(redis_server.start)
    assert (await page.receive("refused", timeout=15))["code"] == "signed_out"
