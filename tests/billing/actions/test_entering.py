"""A ticket is marked as used once its holder is in the room."""

import asyncio

import pytest

from billing.actions import entering, guest_passes
from billing.models import Ticket
from core import redis_clients
from spaces.models import Space
from spaces.room import presence
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


async def renew(space, *people):
    client = redis_clients.connect_async()
    async with client.pipeline() as pipe:
        presence.renew(pipe, space.public_id, [person.key for person in people])
        await pipe.execute()
    await client.aclose()


def test_only_the_tickets_of_people_in_the_room_are_used(redis_server, offer, hana, iris, ben):
    space = offer.space
    for person in (iris, ben):
        Ticket.objects.filter(pk=guest_passes.create(offer, by=hana).pk).update(holder=person)
    Space.objects.filter(pk=space.pk).update(state="live", started_at=space.starts_at)
    asyncio.run(renew(space, iris, make_user()))
    assert (entering.note_entered(), entering.note_entered()) == (1, 0)
    assert Ticket.objects.get(entered_at__isnull=False).holder == iris
