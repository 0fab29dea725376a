"""A rush on the running site with PostgreSQL: 200 people want one of 20 tickets at the same moment.

Each of them posts the form of the buying page. Those who got a seat pay in the sandbox.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.fixtures.migrated import TEMPLATE
from tests.fixtures.postgresql import make_cluster
from tests.fixtures.stack import Stack
from tests.fixtures.web_request import Answer, send

BUYERS, SEATS, PRICE = 200, 20, 1250
FULFILLED_AFTER = 180.0  # seconds until the last ticket
CARD = {"card": "4242424242424242"}
TOKEN = "a" * 32  # the value of the cookie and of the field, which must be equal
SELL = f"""
import json
from datetime import timedelta
from django.conf import settings
from django.test import Client
from django.utils import timezone
from billing.actions import offering
from billing.actions.offering import Terms
from billing.models import HostAccount
from scheduling.actions import planning
from scheduling.plan import Plan
settings.ALLOWED_HOSTS.append("testserver")
ana, at = User.objects.get(handle="ana"), timezone.now() + timedelta(days=2)
HostAccount.objects.create(
    host=ana, country="de", stripe_id="acct_ana", transfers_enabled=True, payouts_enabled=True)
plan = Plan(title="Rain", local_date=at.date(), local_time=at.time(), zone="UTC", minutes=60)
space, _ = planning.schedule(host=ana, plan=plan)
offering.offer_tickets(space, by=ana, terms=Terms("eur", {PRICE}, {SEATS}))
people = User.objects.bulk_create(
    [User(handle=f"buyer_{{n}}", name=f"Buyer {{n}}") for n in range({BUYERS})])
sessions = []
for person in people:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    sessions.append(client.cookies["sessionid"].value)
print(json.dumps([space.public_id, sessions]))
"""
COUNT = "print(Ticket.objects.filter(space__public_id='{space}').count())"
AGREE = """
import json
from billing import ledger, reconciliation
space = Space.objects.get(public_id="{space}")
offer = Offer.objects.get(space=space)
tickets = Ticket.objects.filter(space=space, state="valid")
paid = Reservation.objects.filter(offer=offer, state="paid")
print(json.dumps({{
    "taken": offer.taken,
    "tickets": tickets.count(),
    "holders": sorted(tickets.values_list("holder__handle", flat=True)),
    "reservations": Reservation.objects.filter(offer=offer).count(),
    "payments": paid.exclude(payment_intent="").values("payment_intent").distinct().count(),
    "buyers": sorted(paid.values_list("buyer__handle", flat=True)),
    "balances": {{name: sum for name, sum in ledger.balances(space).items() if sum}},
    "differences": [str(each) for each in reconciliation.compare()],
}}))
"""


@pytest.fixture
def database(migrated_postgresql: Path) -> Iterator[str]:
    """Return the DATABASE_URL of a PostgreSQL of its own."""
    with make_cluster(migrated_postgresql) as cluster:
        yield cluster.url_of(TEMPLATE)


@pytest.fixture
def site(database: str, make_stack: Callable[..., Stack]) -> Stack:
    return make_stack(DATABASE_URL=database).start()


def rush(address: str, sessions: list[str]) -> list[Answer]:
    """Let everybody buy a ticket at the same moment; return the answers in their order."""
    together = Barrier(len(sessions))

    def buy(session: str) -> Answer:
        together.wait()
        form = {"quantity": "1", "seen": str(PRICE), "csrfmiddlewaretoken": TOKEN}
        return send("POST", address, f"sessionid={session}; csrftoken={TOKEN}", **form)

    with ThreadPoolExecutor(len(sessions)) as buyers:
        return list(buyers.map(buy, sessions))


def wait_for_tickets(site: Stack, space: str) -> None:
    until = time.monotonic() + FULFILLED_AFTER
    while site.shell(COUNT.format(space=space)) != str(SEATS):
        assert time.monotonic() < until, site.console()
        time.sleep(0.2)


def alert_of(page: str) -> str:
    """Return the text of the page's alert."""
    found = re.search(r'role="alert">.*?<span>(.*?)</span>', page, re.DOTALL)
    return found[1] if found else ""


# It migrates a PostgreSQL and answers 200 people at once.
@pytest.mark.timeout(1800)
def test_20_of_200_buyers_hold_the_20_seats_and_180_read_that_it_is_sold_out(site: Stack) -> None:
    space, sessions = json.loads(site.shell(SELL).splitlines()[-1])
    answers = rush(f"{site.url}/spaces/{space}/tickets/", sessions)
    assert Counter(each.status for each in answers) == {302: SEATS, 409: BUYERS - SEATS}

    refused = [each for each in answers if each.status == 409]
    assert {alert_of(each.body) for each in refused} == {"All tickets are sold or held."}
    assert all("<b>Sold out</b>" in each.body for each in refused)
    assert all("Join the waiting list" in each.body for each in refused)

    checkouts = {each.location for each in answers if each.status == 302}
    assert len(checkouts) == SEATS
    assert {send("POST", checkout, **CARD).status for checkout in checkouts} == {303}
    wait_for_tickets(site, space)
    found = json.loads(site.shell(AGREE.format(space=space)))
    winners = [f"buyer_{n}" for n, each in enumerate(answers) if each.status == 302]
    assert found == {
        "taken": SEATS,
        "tickets": SEATS,
        "holders": sorted(winners),
        "reservations": SEATS,
        "payments": SEATS,
        "buyers": sorted(winners),
        "balances": {"buyers": -SEATS * PRICE, "held": SEATS * PRICE},
        "differences": [],
    }
