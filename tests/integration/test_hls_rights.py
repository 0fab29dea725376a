"""Who may fetch the HLS stream of a Space: people in the room; everyone, if the Space is open."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import blocking
from audio.hls import demand
from billing.models import Offer, Reservation, Ticket
from core import redis_clients
from spaces.actions import guests, lifecycle, removals
from spaces.room import hls
from spaces.viewer import Viewer
from tests.factories import make_space
from tests.fixtures.room import in_thread

HLS = {"t": "hls"}
PATIENCE = 30.0  # seconds
FILES = {"live.m3u8": b"#EXTM3U", "7.mp4": b"init", "7.m4s": b"sound"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.HLS_FOLDER = tmp_path
    return tmp_path


def write_stream(folder, space):
    (folder / space.public_id).mkdir()
    for name, data in FILES.items():
        (folder / space.public_id / name).write_bytes(data)


async def address_for(page):
    """Ask for the stream, and return the address of its folder."""
    await page.send({**HLS, "ref": 1})
    reply = await page.receive("reply")
    assert (reply["ready"], reply["url"].endswith("/live.m3u8")) == (False, True)
    return reply["url"].removesuffix("live.m3u8")


def statuses(folder_address):
    return {Client().get(folder_address + name).status_code for name in FILES}


def set_open(space, is_open):
    guests.set_open(space, by=space.host, is_open=is_open)


def sell_tickets(space):
    return Offer.objects.create(
        space=space, seller=space.host, currency="eur", price=1250, quantity=3, fee_rate=1000
    )


def sell_ticket(space, holder):
    reservation = Reservation.objects.create(
        offer=sell_tickets(space),
        buyer=holder,
        title=space.title,
        quantity=1,
        unit_price=1250,
        currency="eur",
        fee_rate=1000,
        expires_at=timezone.now() + timedelta(minutes=31),
    )
    return Ticket.objects.create(
        space=space,
        reservation=reservation,
        number=1,
        holder=holder,
        price=1250,
        fee=125,
        currency="eur",
    )


async def until_refused(folder_address):
    """Wait until the files can't be fetched any more."""
    until = time.monotonic() + PATIENCE
    while (found := await in_thread(statuses, folder_address)) != {403}:
        assert time.monotonic() < until, found


@pytest.fixture
async def stream(room, space, listener, folder):
    """A listener's page, and the address of the stream for it."""
    await in_thread(write_stream, folder, space)
    page = await room.enter(space, listener)
    return page, await address_for(page)


async def test_a_person_in_the_room_may_fetch_the_stream(stream):
    _, address = stream
    assert await in_thread(statuses, address) == {200}
    answer = await in_thread(Client().get, address + "live.m3u8")
    assert (answer.content, answer["Content-Type"]) == (
        b"#EXTM3U",
        "application/vnd.apple.mpegurl",
    )
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    assert not answer.has_header("Access-Control-Allow-Origin")


async def test_asking_lets_the_space_be_packed_and_fetching_goes_on_with_it(
    stream, space, redis_server
):
    _, address = stream
    client = redis_clients.shared()
    assert client.zrange("spaces:hls:wanted", 0, -1) == [space.public_id]
    client.zadd("spaces:hls:wanted", {space.public_id: 1})
    await in_thread(statuses, address)
    assert client.zscore("spaces:hls:wanted", space.public_id) > 1
    client.delete("spaces:hls:wanted")
    await in_thread(statuses, address)  # a fetch alone starts nothing
    assert client.zrange("spaces:hls:wanted", 0, -1) == []


async def test_the_reply_says_when_the_stream_is_ready(stream, space):
    page, _ = stream
    packager = demand.PackagerDemand("packager")
    await packager.announce_ready(space.public_id)
    await packager.close()
    await page.send({**HLS, "ref": 2})
    assert (await page.receive("reply"))["ready"] is True


async def test_the_check_of_nginx_answers_as_the_stream_does(stream):
    _, address = stream
    assert (await in_thread(Client().get, f"{address}access/")).status_code == 204
    refused = address.replace("/hls/", "/hls/x")
    assert (await in_thread(Client().get, f"{refused}access/")).status_code == 403


async def test_the_address_of_one_space_opens_no_other(stream, space, folder):
    _, address = stream
    other = await in_thread(make_space)
    await in_thread(write_stream, folder, other)
    assert await in_thread(statuses, address.replace(space.public_id, other.public_id)) == {403}


async def test_a_forged_or_changed_token_is_refused(stream, space):
    _, address = stream
    token = address.split("/")[3]
    for forged in ("x", "a:b:c", token[:-1], f"{token}A", token.swapcase()):
        assert await in_thread(statuses, f"/spaces/hls/{forged}/{space.public_id}/") == {403}
    assert await in_thread(statuses, f"/spaces/hls/é/{space.public_id}/") == {404}


async def test_an_old_token_is_refused(stream, monkeypatch):
    _, address = stream
    monkeypatch.setattr(hls, "VALID_FOR", -1)
    assert await in_thread(statuses, address) == {403}


async def test_an_address_works_only_while_its_person_is_in_the_room(stream):
    page, address = stream
    await page.close()
    await until_refused(address)


async def test_a_removed_person_can_fetch_nothing_more(stream, space, listener):
    _, address = stream
    await in_thread(lambda: removals.remove(space, user=listener, by=space.host))
    await until_refused(address)


async def test_a_person_whom_the_host_blocks_can_fetch_nothing_more(stream, space, listener):
    _, address = stream
    await in_thread(lambda: blocking.block(blocker=space.host, blocked=listener))
    await until_refused(address)


async def test_after_a_refund_the_person_can_fetch_nothing_more(room, space, listener, folder):
    await in_thread(write_stream, folder, space)
    ticket = await in_thread(sell_ticket, space, listener)
    page = await room.enter(space, listener)
    address = await address_for(page)
    assert await in_thread(statuses, address) == {200}
    ticket.state = Ticket.State.REFUNDED
    await in_thread(ticket.save)  # the hub compares who may be in the room every two seconds
    await until_refused(address)


async def test_after_the_end_nobody_can_fetch_anything(stream, space):
    page, address = stream
    await in_thread(lambda: lifecycle.end(space, by=space.host))
    assert await page.close_code() == 1000
    await page.close()
    await until_refused(address)


async def test_a_person_who_may_not_enter_gets_no_address(room, space, listener):
    page = await room.enter(space, listener)
    await in_thread(sell_tickets, space)
    await page.send({**HLS, "ref": 1})
    assert (await page.receive("reply"))["code"] == "needs_ticket"


async def test_the_stream_of_an_open_space_has_one_address_for_everyone(
    room, space, listener, folder
):
    await in_thread(write_stream, folder, space)
    await in_thread(set_open, space, True)
    pages = [await room.enter(space, listener), await room.enter(space, None, guest="t0k3n")]
    addresses = {await address_for(page) for page in pages}
    assert addresses == {f"/spaces/hls/open/{space.public_id}/"}
    [address] = addresses
    for name, caching in (("live.m3u8", "max-age=1"), ("7.m4s", "immutable")):
        answer = await in_thread(Client().get, address + name)
        assert (answer.status_code, answer.content) == (200, FILES[name])
        assert "public" in answer["Cache-Control"] and caching in answer["Cache-Control"]
        assert answer["Access-Control-Allow-Origin"] == "*"
    await in_thread(set_open, space, False)
    assert await in_thread(statuses, address) == {403}


async def test_an_open_space_with_tickets_is_not_open_to_everyone(room, space, folder):
    await in_thread(write_stream, folder, space)
    await in_thread(set_open, space, True)
    await in_thread(sell_tickets, space)
    assert await in_thread(statuses, f"/spaces/hls/open/{space.public_id}/") == {403}


async def test_a_cdn_is_only_used_for_open_spaces(room, space, listener, settings):
    settings.HLS_CDN = "https://cdn.example"
    page = await room.enter(space, listener)
    assert (await address_for(page)).startswith("/spaces/hls/")
    await in_thread(set_open, space, True)
    assert await address_for(page) == f"https://cdn.example/spaces/hls/open/{space.public_id}/"


async def test_an_unknown_space_or_file_is_refused(stream, space):
    _, address = stream
    assert await in_thread(statuses, "/spaces/hls/open/nowhere1/") == {403}
    for name in ("8.m4s", "../../manage.py", "live.m3u8.bak", ".7.m4s"):
        assert (await in_thread(Client().get, address + name)).status_code == 404


async def test_without_redis_nothing_is_served_and_nothing_breaks(stream, redis_server):
    page, address = stream
    redis_server.stop()
    assert await in_thread(statuses, address) == {503}
    await page.send({**HLS, "ref": 3})
    assert (await page.receive("reply"))["code"] == "unavailable"


async def test_a_site_without_hls_offers_none(room, space, listener, settings):
    settings.HLS = False
    page = await room.enter(space, listener)
    await page.send({**HLS, "ref": 1})
    assert (await page.receive("reply"))["code"] == "no_hls"


async def test_the_page_that_was_the_last_to_ask_has_the_sound(room, space, listener):
    first, second = [await room.enter(space, listener) for _ in range(2)]
    await address_for(first)
    await address_for(second)
    assert await first.receive("moved")


async def test_a_guest_hears_until_the_space_closes_to_guests(room, space, folder):
    await in_thread(set_open, space, True)
    page = await room.enter(space, None, guest="t0k3n")
    assert "/open/" in await address_for(page)
    await in_thread(set_open, space, False)
    await page.send({**HLS, "ref": 2})
    assert await page.close_code()


def test_a_person_who_is_not_in_the_room_has_no_access(space, listener, redis_server):
    address = hls.request(space, Viewer(listener))["url"].removesuffix("live.m3u8")
    assert statuses(address) == {403}
