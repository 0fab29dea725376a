"""Checkout Sessions: each is one purchase on the hosted page."""

from typing import Any
from urllib.parse import quote

from billing.sandbox import events
from billing.sandbox.currencies import check_charge, check_currency
from billing.sandbox.errors import invalid, refused
from billing.sandbox.lists import as_list, list_objects, list_parameters
from billing.sandbox.parameters import (
    EXPAND,
    PAGE,
    Boolean,
    Choice,
    Integer,
    Items,
    Metadata,
    Shape,
    Text,
    Url,
)
from billing.sandbox.resources import charges
from billing.sandbox.routing import Call, Route
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

SESSION = "checkout.session"
SHORTEST, LONGEST = 30 * 60, 24 * 3600  # seconds for which a session may be open
SLACK = 5  # seconds that the call itself may take
MAX_ITEMS = 100

PRICE = Shape(
    {
        "currency": Text(),
        "unit_amount": Integer(),
        "product_data": Shape(
            {
                "name": Text(),
                "description": Text(),
                "images": Items(Url(), maximum=8),
                "metadata": Metadata(),
            },
            required=("name",),
        ),
    },
    required=("currency", "unit_amount", "product_data"),
)
CREATE = Shape(
    {
        "mode": Choice(("payment",)),
        "ui_mode": Choice(("hosted_page",)),
        "success_url": Url(),
        "cancel_url": Url(),
        "line_items": Items(
            Shape(
                {"price_data": PRICE, "quantity": Integer(minimum=1), "metadata": Metadata()},
                required=("price_data",),
            ),
            MAX_ITEMS,
        ),
        "client_reference_id": Text(200),
        "customer_email": Text(800),
        "expires_at": Integer(),
        "locale": Text(20),
        "submit_type": Choice(("auto", "book", "donate", "pay")),
        "allow_promotion_codes": Boolean(),
        "adaptive_pricing": Shape({"enabled": Boolean()}),
        "automatic_tax": Shape({"enabled": Boolean()}, required=("enabled",)),
        "billing_address_collection": Choice(("auto", "required")),
        "customer_creation": Choice(("always", "if_required")),
        "custom_text": Shape(
            {
                name: Shape({"message": Text(1200)}, required=("message",))
                for name in ("after_submit", "submit", "terms_of_service_acceptance")
            }
        ),
        "allowed_payment_method_types": Items(Text()),
        "excluded_payment_method_types": Items(Text()),
        "payment_intent_data": Shape(
            {
                "description": Text(),
                "metadata": Metadata(),
                "receipt_email": Text(),
                "statement_descriptor": Text(22),
                "statement_descriptor_suffix": Text(22),
                "transfer_group": Text(),
            }
        ),
        "metadata": Metadata(),
        "expand": EXPAND,
    },
    required=("mode", "line_items", "success_url"),
)


def create(state: State, call: Call) -> Object:
    params = call.params
    id = state.new_id("cs_test")
    items = [_line_item(state, item) for item in params["line_items"]]
    if not items:
        raise invalid(
            "The `line_items` parameter is required in payment mode.",
            "line_items",
            "parameter_missing",
        )
    currency, total = items[0]["currency"], sum(item["amount_total"] for item in items)
    if any(item["currency"] != currency for item in items):
        raise refused("All line items must have the same currency.", param="line_items")
    if total:
        check_charge(total, currency, "line_items")
    expires_at = _expiry(state, params)
    session: Object = {
        "id": id,
        "object": SESSION,
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", False)},
        "after_expiration": None,
        "allow_promotion_codes": params.get("allow_promotion_codes"),
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {
            "enabled": params.get("automatic_tax", {}).get("enabled", False),
            "liability": None,
            "provider": None,
            "status": None,
        },
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": state.now(),
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            name: params.get("custom_text", {}).get(name)
            for name in (
                "after_submit",
                "shipping_address",
                "submit",
                "terms_of_service_acceptance",
            )
        },
        "customer": None,
        "customer_account": None,
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "discounts": [],
        "excluded_payment_method_types": params.get("excluded_payment_method_types"),
        "expires_at": expires_at,
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": params["mode"],
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": _method_types(params),
        "payment_status": "unpaid" if total else "no_payment_required",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{state.url}/pay/{id}",
        "wallet_options": None,
        "_due": expires_at,  # the time at which an open session expires
        "_line_items": items,
        "_payment_intent_data": params.get("payment_intent_data", {}),
    }
    state.put(session)
    return render(session)


def complete(state: State, session: Object, payment_status: str) -> None:
    """Close a session after the buyer has completed it; it can't be paid again."""
    session |= {"status": "complete", "payment_status": payment_status, "url": None, "_due": None}
    state.put(session)
    events.emit(state, "checkout.session.completed", session)


def expire(state: State, call: Call) -> Object:
    session = state.get(SESSION, call.ids["id"], "session")
    if session["status"] != "open":
        raise refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session'
            f" has a status of `{session['status']}`."
        )
    _close(state, session)
    return render(session)


def expire_due(state: State) -> None:
    """Expire all open sessions whose time is over."""
    for session in state.store.find(SESSION, ranges={"_due": {"lte": state.now()}}):
        _close(state, session)


def success_url(session: Object) -> str:
    """Return the URL to which the buyer is sent after the payment."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", quote(session["id"]))


def retrieve(state: State, call: Call) -> Object:
    return render(state.get(SESSION, call.ids["id"], "session"))


def list_sessions(state: State, call: Call) -> Object:
    return list_objects(state, SESSION, call, "payment_intent", "status")


def list_line_items(state: State, call: Call) -> Object:
    items = state.get(SESSION, call.ids["id"], "session")["_line_items"]
    return as_list(items, call.path)


def _close(state: State, session: Object) -> None:
    session |= {"status": "expired", "url": None, "_due": None}
    state.put(session)
    if session["payment_intent"] and (
        intent := state.store.get("payment_intent", session["payment_intent"])
    ):
        cancelled = {
            "status": "canceled",
            "canceled_at": state.now(),
            "cancellation_reason": "abandoned",
            "next_action": None,
        }
        state.put(intent | cancelled)
    events.emit(state, "checkout.session.expired", session)


def _expiry(state: State, params: dict[str, Any]) -> int:
    now = state.now()
    expires_at = int(params.get("expires_at", now + LONGEST))
    if not now + SHORTEST - SLACK <= expires_at <= now + LONGEST + SLACK:
        is_too_early = expires_at < now + SHORTEST
        raise invalid(
            "The `expires_at` timestamp must be "
            + ("at least 30 minutes" if is_too_early else "less than 24 hours")
            + " from Checkout Session creation.",
            "expires_at",
        )
    return expires_at


def _method_types(params: dict[str, Any]) -> list[str]:
    """Return the ways to pay that fit the currency, and that the caller wants."""
    possible = ["card"]
    if params["line_items"][0]["price_data"]["currency"].lower() == "eur":
        possible.append(charges.DELAYED_METHOD)
    allowed = params.get("allowed_payment_method_types", possible)
    excluded = params.get("excluded_payment_method_types", [])
    return [name for name in possible if name in allowed and name not in excluded]


def _line_item(state: State, item: dict[str, Any]) -> Object:
    price = item["price_data"]
    currency = check_currency(price["currency"], "line_items[0][price_data][currency]")
    quantity = item.get("quantity", 1)
    amount = price["unit_amount"] * quantity
    return {
        "id": state.new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": price["product_data"]["name"],
        "metadata": item.get("metadata", {}),
        "price": {
            "id": state.new_id("price"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": state.now(),
            "currency": currency,
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": state.new_id("prod"),
            "recurring": None,
            "tax_behavior": "unspecified",
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": quantity,
    }


ROUTES = [
    Route("POST", "/v1/checkout/sessions", create, CREATE),
    Route("GET", "/v1/checkout/sessions/{id}", retrieve, Shape({"expand": EXPAND})),
    Route(
        "GET",
        "/v1/checkout/sessions",
        list_sessions,
        list_parameters(payment_intent=Text(), status=Choice(("complete", "expired", "open"))),
    ),
    Route("POST", "/v1/checkout/sessions/{id}/expire", expire, Shape({"expand": EXPAND})),
    Route("GET", "/v1/checkout/sessions/{id}/line_items", list_line_items, Shape(PAGE)),
]
