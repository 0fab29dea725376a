"""The control page: everything that happened, and buttons for what banks and buyers may do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from billing.sandbox.currencies import format_amount
from billing.sandbox.errors import ApiError
from billing.sandbox.events import DELIVERY
from billing.sandbox.faults import FAULT, Fault
from billing.sandbox.pages.html import message, page, redirect
from billing.sandbox.resources import accounts
from billing.sandbox.responses import Response
from billing.sandbox.sandbox import Sandbox
from billing.sandbox.store import Object

MAX_ROWS = 50  # rows of each kind
ACTIONS: dict[str, Callable[[Sandbox, str], Any]] = {
    "payment-arrives": lambda sandbox, id: sandbox.settle(id, succeeded=True),
    "payment-fails": lambda sandbox, id: sandbox.settle(id, succeeded=False),
    "dispute": lambda sandbox, id: sandbox.dispute(id),
    "dispute-won": lambda sandbox, id: sandbox.close_dispute(id, won=True),
    "dispute-lost": lambda sandbox, id: sandbox.close_dispute(id, won=False),
    "refund-succeeds": lambda sandbox, id: sandbox.succeed_refund(id),
    "refund-fails": lambda sandbox, id: sandbox.fail_refund(id),
    "pay-out": lambda sandbox, id: sandbox.pay_out(id),
    "payout-fails": lambda sandbox, id: sandbox.fail_payout(id),
    "reject": lambda sandbox, id: sandbox.reject(id),
    "accept": lambda sandbox, id: sandbox.accept(id),
    "resend": lambda sandbox, id: sandbox.resend(id),
}


@dataclass(frozen=True)
class Button:
    action: str
    id: str
    label: str


@dataclass(frozen=True)
class Row:
    """One object: its id, what it is, its status, and the buttons for it."""

    id: str
    title: str
    status: str
    at: str
    buttons: list[Button] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    title: str
    rows: list[Row]
    empty: str


def show(sandbox: Sandbox) -> Response:
    parts = [
        Part("Payments", _rows(sandbox, "checkout.session", _payment), "Nobody has paid yet."),
        Part("Refunds", _rows(sandbox, "refund", _refund), "No refunds."),
        Part("Disputes", _rows(sandbox, "dispute", _dispute), "No disputes."),
        Part("Accounts of hosts", _rows(sandbox, accounts.ACCOUNT, _account), "No accounts."),
        Part("Transfers", _rows(sandbox, "transfer", _transfer), "No transfers."),
        Part("Payouts", _rows(sandbox, "payout", _payout), "No payouts."),
        Part("Events", _rows(sandbox, "event", _event), "No events."),
    ]
    context = {
        "parts": parts,
        "faults": [fault.value for fault in Fault],
        "added": sandbox.find(FAULT),
        "waiting": len(sandbox.deliveries()),
    }
    return page("control.html", context)


def act(sandbox: Sandbox, action: str, form: Mapping[str, str]) -> Response:
    """Do the action of a button, and show the page again."""
    try:
        if action == "fault":
            _add_fault(sandbox, form)
        elif action == "clear-faults":
            sandbox.clear_faults()
        elif action in ACTIONS:
            ACTIONS[action](sandbox, form.get("id", ""))
        else:
            return message(404, "Not found", "There is no such button.", link="/", label="Back")
    except ApiError as error:
        return message(409, "That is not possible", str(error), link="/", label="Back")
    return redirect("/")


def _add_fault(sandbox: Sandbox, form: Mapping[str, str]) -> None:
    try:
        fault, times = Fault(form.get("fault", "")), int(form.get("times", "1"))
    except ValueError as error:
        raise ApiError(400, "This is not a fault.") from error
    sandbox.fail_next(form.get("method", "*"), form.get("path", "*"), fault, times)


def _rows(sandbox: Sandbox, kind: str, make: Callable[[Sandbox, Object], Row]) -> list[Row]:
    return [make(sandbox, value) for value in sandbox.latest(kind, MAX_ROWS)]


def _payment(sandbox: Sandbox, session: Object) -> Row:
    id, buttons = session["id"], []
    charge = None
    if session["payment_intent"]:
        intent = sandbox.read("payment_intent", session["payment_intent"])
        charge = intent["latest_charge"] and sandbox.read("charge", intent["latest_charge"])
        if intent["status"] == "processing":
            buttons += [
                Button("payment-arrives", id, "Let the money arrive"),
                Button("payment-fails", id, "Let the payment fail"),
            ]
    status = f"{session['status']}, {session['payment_status']}"
    if charge and charge["paid"]:
        if charge["amount_refunded"]:
            status += f", {format_amount(charge['amount_refunded'], charge['currency'])} refunded"
        if charge["disputed"]:
            status += ", disputed"
        elif charge["amount_refunded"] < charge["amount"]:
            buttons.append(Button("dispute", charge["id"], "Dispute"))
    name = session["_line_items"][0]["description"]
    return Row(id, f"{_amount(session, 'amount_total')} · {name}", status, _at(session), buttons)


def _refund(sandbox: Sandbox, refund: Object) -> Row:
    id, status, buttons = refund["id"], refund["status"], []
    if status == "pending":
        buttons.append(Button("refund-succeeds", id, "Let it succeed"))
    if status in ("pending", "succeeded"):
        buttons.append(Button("refund-fails", id, "Let it fail"))
    return Row(id, _amount(refund), status, _at(refund), buttons)


def _dispute(sandbox: Sandbox, dispute: Object) -> Row:
    id, status, buttons = dispute["id"], dispute["status"], []
    if status not in ("won", "lost"):
        buttons = [
            Button("dispute-won", id, "Close it: won"),
            Button("dispute-lost", id, "Close it: lost"),
        ]
    return Row(id, _amount(dispute), status.replace("_", " "), _at(dispute), buttons)


def _account(sandbox: Sandbox, account: Object) -> Row:
    id, buttons = account["id"], []
    balance = ", ".join(
        format_amount(amount, currency)
        for currency, amount in sandbox.balance(id).items()
        if amount
    )
    can = [
        label
        for name, label in (("stripe_transfers", "transfers"), ("payouts", "payouts"))
        if accounts.is_active(account, name)
    ]
    status = f"{' and '.join(can) or 'nothing'} enabled; balance: {balance or 'nothing'}"
    if balance and accounts.is_active(account, "payouts"):
        buttons.append(Button("pay-out", id, "Pay out"))
    is_rejected = account["_rejected"]
    buttons.append(
        Button("accept", id, "Accept again") if is_rejected else Button("reject", id, "Reject")
    )
    title = account["display_name"] or account["contact_email"] or id
    return Row(id, title, status, _time(account["_created"]), buttons)


def _transfer(sandbox: Sandbox, transfer: Object) -> Row:
    back = transfer["amount_reversed"]
    status = f"{format_amount(back, transfer['currency'])} taken back" if back else "sent"
    return Row(transfer["id"], _amount(transfer), status, _at(transfer))


def _payout(sandbox: Sandbox, payout: Object) -> Row:
    id, buttons = payout["id"], []
    if payout["status"] != "failed":
        buttons.append(Button("payout-fails", id, "Let it fail"))
    return Row(id, _amount(payout), payout["status"], _at(payout), buttons)


def _event(sandbox: Sandbox, event: Object) -> Row:
    sent = sandbox.find(DELIVERY, event=event["id"])
    status = "; ".join(f"{row['outcome']} ({row['attempts']})" for row in reversed(sent))
    buttons = [Button("resend", event["id"], "Send again")]
    return Row(event["id"], event["type"], status, _at(event), buttons)


def _amount(value: Object, name: str = "amount") -> str:
    return format_amount(value[name], value["currency"])


def _at(value: Object) -> str:
    return _time(value["created"])


def _time(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%d %b %H:%M:%S UTC")
