import pytest

from billing.models import Ticket
from tests.factories import signed_in


@pytest.fixture
def as_hana(hana):
    return signed_in(hana)


@pytest.fixture
def as_ben(ben):
    return signed_in(ben)


@pytest.fixture
def as_iris(iris):
    return signed_in(iris)


@pytest.fixture
def tickets(shop, reservation):
    """Ben has paid for two tickets: his own, and one to give away."""
    shop.pay(reservation)
    shop.deliver()
    return list(Ticket.objects.order_by("number"))
