"""The hosted page on which a buyer pays, and the step of 3-D Secure."""

from collections.abc import Mapping
from typing import Any

from billing.sandbox.cards import CARDS
from billing.sandbox.checkout import Outcome
from billing.sandbox.currencies import format_amount
from billing.sandbox.errors import ApiError
from billing.sandbox.pages.html import message, page, redirect
from billing.sandbox.resources import charges, sessions
from billing.sandbox.responses import Response
from billing.sandbox.sandbox import Sandbox
from billing.sandbox.store import Object

DELAYED, OTHER = "delayed", "other"  # choices instead of a test card


def show(sandbox: Sandbox, id: str) -> Response:
    """Show what is to be paid, and the ways to pay."""
    session = sandbox.read(sessions.SESSION, id)
    if session["status"] != "open":
        return _over(session)
    return _form(session)


def pay(sandbox: Sandbox, id: str, form: Mapping[str, str]) -> Response:
    """Try to pay; then show the next page."""
    session = sandbox.read(sessions.SESSION, id)
    if session["status"] != "open":
        return _over(session)
    choice = form.get("card", "")
    number = form.get("number", "") if choice == OTHER else choice
    if choice == DELAYED:
        number = ""
    elif not number.strip():
        return _form(session, form, "Choose a card, or type the number of one.")
    try:
        outcome = sandbox.pay(
            id, card=number, email=form.get("email", ""), name=form.get("name", "")
        )
    except ApiError as error:
        return _form(sandbox.read(sessions.SESSION, id), form, str(error))
    return _next(sandbox, id, outcome, form)


def show_authentication(sandbox: Sandbox, id: str) -> Response:
    """Show the step of 3-D Secure, as the buyer's bank would."""
    session = sandbox.read(sessions.SESSION, id)
    if session["status"] != "open":
        return _over(session)
    context = {"amount": _amount(session), "session": session}
    return page("authenticate.html", context, leads_to=_addresses(session))


def authenticate(sandbox: Sandbox, id: str, form: Mapping[str, str]) -> Response:
    try:
        outcome = sandbox.authenticate(id, succeeded=form.get("result") == "complete")
    except ApiError:
        return redirect(f"/pay/{id}")
    return _next(sandbox, id, outcome, {})


def receipt(sandbox: Sandbox, id: str) -> Response:
    charge = sandbox.read(charges.CHARGE, id)
    amount = format_amount(charge["amount"], charge["currency"])
    return message(200, "Receipt", f"{amount}, paid in the sandbox. No money has moved.")


def _next(sandbox: Sandbox, id: str, outcome: Outcome, form: Mapping[str, str]) -> Response:
    session = sandbox.read(sessions.SESSION, id)
    if outcome.status == "complete":
        return redirect(sessions.success_url(session))
    if outcome.status == "needs_authentication":
        return redirect(f"/pay/{id}/authenticate")
    return _form(session, form, outcome.message)


def _form(session: Object, form: Mapping[str, str] | None = None, error: str = "") -> Response:
    form = form or {}
    methods = session["payment_method_types"]
    context: dict[str, Any] = {
        "session": session,
        "amount": _amount(session),
        "items": [
            {
                "name": item["description"],
                "quantity": item["quantity"],
                "amount": format_amount(item["amount_total"], item["currency"]),
            }
            for item in session["_line_items"]
        ],
        "is_free": session["payment_status"] == "no_payment_required",
        "cards": [
            {"number": card.number, "shown": _spaced(card.number), "label": card.label}
            for card in CARDS.values()
            if "card" in methods
        ],
        "offers_card": "card" in methods,
        "offers_delayed": charges.DELAYED_METHOD in methods,
        "chosen": form.get("card", next(iter(CARDS))),
        "number": form.get("number", ""),
        "email": form.get("email", session["customer_email"] or ""),
        "name": form.get("name", ""),
        "error": error,
    }
    return page(
        "checkout.html", context, status=422 if error else 200, leads_to=_addresses(session)
    )


def _over(session: Object) -> Response:
    if session["status"] == "complete":
        return message(
            410,
            "This payment is complete",
            "You have paid already. Nothing is charged a second time.",
            link=sessions.success_url(session),
            label="Continue",
        )
    return message(
        410,
        "This payment page has expired",
        "Nothing was charged.",
        link=session["cancel_url"] or "",
        label="Go back",
    )


def _addresses(session: Object) -> tuple[str, ...]:
    return tuple(url for url in (session["success_url"], session["cancel_url"]) if url)


def _amount(session: Object) -> str:
    return format_amount(session["amount_total"], session["currency"])


def _spaced(number: str) -> str:
    return " ".join(number[index : index + 4] for index in range(0, len(number), 4))
