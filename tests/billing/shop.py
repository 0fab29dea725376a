"""What happens outside of this site in tests: Stripe, its payment page, and its webhooks."""

import time

from django.test import RequestFactory
from django.urls import reverse

from billing.models import Reservation
from billing.sandbox.resources import balances
from billing.sandbox.sandbox import KEY, Sandbox
from billing.views.webhook import webhook
from tests.billing.sandbox_client import InProcess

_current: list["Shop"] = []


def http_client():
    """The client of settings.STRIPE_HTTP_CLIENT: it sends requests to the current shop."""
    return _current[0].http


class Killed(BaseException):
    """Our process was killed."""


class Connection(InProcess):
    """A connection to Stripe. With `kill`, our process is killed before or after the next call."""

    kill = ""  # "before" or "after" the next call

    def request(self, *args, **options):
        kill, self.kill = self.kill, ""
        if kill == "before":
            raise Killed
        answer = super().request(*args, **options)
        if kill == "after":
            raise Killed
        return answer


class Shop:
    key = KEY
    webhook_secret = "whsec_of_a_test"

    def __init__(self, sandbox=None):
        self.sandbox = sandbox or Sandbox()
        self.http = Connection(self.sandbox)
        self._requests = RequestFactory()

    def add_account(self, account):
        """Add an account that another shop has stored."""
        self.sandbox.state.put(account)

    def add_money(self, amount, account=""):
        """Change the balance of our account, or of a host's, as if other money had moved."""
        balances.move(self.sandbox.state, account, "eur", amount, "adjustment", "elsewhere")

    def become_current(self):
        _current[:] = [self]

    def pay(self, reservation: Reservation, **how):
        """Pay on Stripe's page; the browser does not return to the site."""
        reservation.refresh_from_db()
        return self.sandbox.pay(reservation.session_id, **how)

    def deliver(self, *, times=1):
        """Deliver the waiting events, until one is refused. Return the status of each answer."""
        statuses = []
        while waiting := self.sandbox.deliveries():
            for delivery in waiting:
                for _ in range(times):
                    statuses.append(self.post(delivery).status_code)
                if statuses[-1] < 300:
                    self.sandbox.delivered(delivery)
                else:
                    self.sandbox.not_delivered(delivery, str(statuses[-1]))
                    return statuses
        return statuses

    def post(self, delivery, **headers):
        """Send an event to the webhook."""
        signed = delivery.headers(self.webhook_secret, time.time())
        request = self._requests.post(
            reverse("billing:webhook"),
            delivery.payload,
            content_type="application/json",
            headers={**signed, **headers},
        )
        return webhook(request)

    def balance_of(self, reservation: Reservation):
        """Return the amounts that Stripe has charged and refunded for a reservation."""
        charges = self.sandbox.find("charge", payment_intent=reservation.payment_intent)
        return sum(each["amount"] for each in charges), sum(
            each["amount_refunded"] for each in charges
        )
