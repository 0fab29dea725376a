"""What a buyer does on the hosted page: pays, passes 3-D Secure, or finds the session expired."""

from dataclasses import dataclass

from billing.sandbox import cards, events
from billing.sandbox.cards import Card
from billing.sandbox.errors import refused
from billing.sandbox.resources import charges, disputes, payment_intents, sessions
from billing.sandbox.state import State
from billing.sandbox.store import Object


@dataclass(frozen=True)
class Outcome:
    """What the page shows next.

    `status`: "complete", "declined" or "needs_authentication".
    """

    status: str
    message: str = ""


def pay(
    state: State, session_id: str, *, card: str = "", email: str = "", name: str = ""
) -> Outcome:
    """Try to pay with this card number, or, if it is "", with a method whose money arrives
    later."""
    session = _open_session(state, session_id)
    email = email or session["customer_email"] or "buyer@example.com"
    session["customer_details"] = {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name or None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    if session["payment_status"] == "no_payment_required":
        sessions.complete(state, session, "no_payment_required")
        return Outcome("complete")
    intent = _intent(state, session)
    method = cards.find(card) if card else None
    if (charges.DELAYED_METHOD if method is None else "card") not in session[
        "payment_method_types"
    ]:
        raise refused("This payment method is not offered in this Checkout Session.")
    intent["payment_method"] = state.new_id("pm")
    if method and method.needs_authentication:
        url = f"{state.url}/pay/{session_id}/authenticate"
        intent |= {
            "status": "requires_action",
            "next_action": {
                "type": "redirect_to_url",
                "redirect_to_url": {"return_url": session["success_url"], "url": url},
            },
            "_card": method.number,
        }
        state.put(intent)
        state.put(session)
        return Outcome("needs_authentication")
    return _charge(state, session, intent, method)


def authenticate(state: State, session_id: str, *, succeeded: bool) -> Outcome:
    """Pass 3-D Secure, or fail it."""
    session = _open_session(state, session_id)
    intent = _intent(state, session)
    if intent["status"] != "requires_action":
        raise refused("This payment needs no authentication.")
    intent["next_action"] = None
    if succeeded:
        method = cards.find(intent["_card"])
        return _charge(state, session, intent, method, authentication="authenticated")
    message = (
        "We are unable to authenticate your payment method. Please choose a different payment"
        " method and try again."
    )
    error = {
        "code": "payment_intent_authentication_failure",
        "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
        "message": message,
        "type": "invalid_request_error",
    }
    payment_intents.failed(intent, error, None, "card")
    state.put(intent)
    return Outcome("declined", message)


def settle(state: State, session_id: str, *, succeeded: bool) -> None:
    """Let a delayed payment succeed or fail."""
    session = state.get(sessions.SESSION, session_id)
    intent = _intent(state, session)
    if intent["status"] != "processing":
        raise refused("This payment is not on its way.")
    charge = state.get(charges.CHARGE, intent["latest_charge"])
    charges.settle(state, charge, succeeded=succeeded)
    if succeeded:
        intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        session["payment_status"] = "paid"
    else:
        error = {
            "code": "payment_intent_payment_attempt_failed",
            "message": charge["failure_message"],
            "type": "card_error",
        }
        payment_intents.failed(intent, error, charge["id"], charges.DELAYED_METHOD)
    state.put(intent)
    state.put(session)
    name = "succeeded" if succeeded else "failed"
    events.emit(state, f"checkout.session.async_payment_{name}", session)


def _open_session(state: State, id: str) -> Object:
    session = state.get(sessions.SESSION, id)
    if session["status"] != "open":
        raise refused("This Checkout Session is not open any more.")
    return session


def _intent(state: State, session: Object) -> Object:
    if session["payment_intent"]:
        return state.get(payment_intents.PAYMENT_INTENT, session["payment_intent"])
    intent = payment_intents.create(state, session)
    session["payment_intent"] = intent["id"]
    return intent


def _charge(
    state: State, session: Object, intent: Object, card: Card | None, authentication: str = ""
) -> Outcome:
    charge = charges.create(state, intent, session["customer_details"], card, authentication)
    intent["latest_charge"] = charge["id"]
    if card and card.decline_code:
        payment_intents.declined(intent, card.decline_code, charge["id"], "card")
        state.put(intent)
        state.put(session)
        return Outcome("declined", cards.DECLINED[card.decline_code])
    intent |= {
        "status": "succeeded" if card else "processing",
        "amount_received": intent["amount"] if card else 0,
        "last_payment_error": None,
    }
    state.put(intent)
    sessions.complete(state, session, "paid" if card else "unpaid")
    if card and card.is_disputed:
        disputes.open_dispute(state, charge["id"])
    return Outcome("complete")
