"""Connected accounts (Accounts v2): hosts that can receive transfers and payouts."""

from datetime import UTC, datetime
from typing import Any

from billing.sandbox import events
from billing.sandbox.errors import refused
from billing.sandbox.parameters import (
    EXPAND,
    Boolean,
    Choice,
    Field,
    Integer,
    Items,
    Metadata,
    Shape,
    Text,
)
from billing.sandbox.routing import Call, Route
from billing.sandbox.state import State
from billing.sandbox.store import Object

ACCOUNT = "v2.core.account"
REQUIREMENTS = {  # what onboarding requires -> its label on the sandbox's page
    "identity.individual.given_name": "Name",
    "identity.individual.date_of_birth": "Date of birth",
    "identity.individual.address": "Address",
    "identity.attestations.terms_of_service.account": "Stripe's terms of service",
    "configuration.recipient.default_outbound_destination": "Bank account",
}
REJECTED = "rejected"
CURRENCIES = {  # country -> the currency of its bank accounts, if it isn't the euro
    "us": "usd", "gb": "gbp", "ch": "chf", "jp": "jpy", "ca": "cad", "au": "aud", "dk": "dkk",
    "no": "nok", "se": "sek", "pl": "pln", "cz": "czk", "nz": "nzd", "sg": "sgd", "br": "brl",
    "mx": "mxn", "in": "inr", "hu": "huf", "ro": "ron", "bg": "bgn", "hk": "hkd", "th": "thb",
}  # fmt: skip
INCLUDABLE = (
    "configuration.customer",
    "configuration.merchant",
    "configuration.recipient",
    "defaults",
    "future_requirements",
    "identity",
    "requirements",
)
REQUESTED = Shape({"requested": Boolean()}, required=("requested",))
FIELDS: dict[str, Field] = {
    "contact_email": Text(800),
    "display_name": Text(100),
    "dashboard": Choice(("express", "full", "none")),
    "metadata": Metadata(),
    "identity": Shape({"country": Text(2), "entity_type": Choice(("company", "individual"))}),
    "defaults": Shape(
        {
            "currency": Text(3),
            "profile": Shape(
                {"business_url": Text(), "doing_business_as": Text(), "product_description": Text()}
            ),
            "responsibilities": Shape(
                {
                    "fees_collector": Choice(
                        (
                            "application",
                            "application_custom",
                            "application_express",
                            "stripe",
                        )
                    ),
                    "losses_collector": Choice(("application", "stripe")),
                },
                required=("fees_collector", "losses_collector"),
            ),
        }
    ),
    "configuration": Shape(
        {
            "recipient": Shape(
                {"capabilities": Shape({"stripe_balance": Shape({"stripe_transfers": REQUESTED})})}
            )
        }
    ),
    "include": Items(Choice(INCLUDABLE)),
}


def create(state: State, call: Call) -> Object:
    params = call.params
    identity = params.get("identity", {})
    country = identity.get("country", "us").lower()
    defaults = params.get("defaults", {})
    account: Object = {
        "id": state.new_id("acct"),
        "object": ACCOUNT,
        "closed": False,
        "contact_email": params.get("contact_email"),
        "contact_phone": None,
        "created": timestamp(state.now()),
        "dashboard": params.get("dashboard"),
        "display_name": params.get("display_name"),
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "_created": state.now(),
        "_country": country,
        "_currency": defaults.get("currency", CURRENCIES.get(country, "eur")),
        "_entity_type": identity.get("entity_type"),
        "_profile": defaults.get("profile", {}),
        "_responsibilities": defaults.get("responsibilities", {}),
        "_transfers_requested": _requests_transfers(params),
        "_missing": list(REQUIREMENTS),
        "_rejected": False,
        "_submitted": False,
    }
    state.put(account)
    return show(account, params.get("include", []))


def update(state: State, call: Call) -> Object:
    params = call.params
    account = state.get(ACCOUNT, call.ids["id"])
    for name in ("contact_email", "dashboard", "display_name"):
        account[name] = params.get(name, account[name])
    account["metadata"] |= params.get("metadata", {})
    account["_profile"] |= params.get("defaults", {}).get("profile", {})
    if _requests_transfers(params):
        account["_transfers_requested"] = True
    state.put(account)
    return show(account, params.get("include", []))


def onboard(state: State, id: str, *, missing: list[str], submitted: bool = True) -> Object:
    """Store the details that a host entered. `missing` are the requirements that are still open."""
    account = state.get(ACCOUNT, id)
    account |= {
        "_missing": [name for name in REQUIREMENTS if name in missing],
        "_submitted": submitted,
    }
    state.put(account)
    events.emit(state, "account.updated", show_v1(account), account=id)
    return account


def reject(state: State, id: str, *, rejected: bool = True) -> Object:
    """Let Stripe refuse an account, or accept it again."""
    account = state.get(ACCOUNT, id) | {"_rejected": rejected}
    state.put(account)
    events.emit(state, "account.updated", show_v1(account), account=id)
    return account


def is_active(account: Object, capability: str) -> bool:
    """Return whether an account can receive transfers, or payouts."""
    return bool(_capability(account, capability)["status"] == "active")


def show(account: Object, include: list[str]) -> Object:
    """Return an account as callers of the v2 API see it; parts that were not requested are null."""
    shown = {key: value for key, value in account.items() if not key.startswith("_")}
    recipient = account["_transfers_requested"]
    shown["applied_configurations"] = ["recipient"] if recipient else []
    wanted = [name for name in include if name.startswith("configuration.")]
    shown["configuration"] = _configuration(account, wanted) if wanted else None
    shown["defaults"] = _defaults(account) if "defaults" in include else None
    shown["identity"] = _identity(account) if "identity" in include else None
    shown["requirements"] = _requirements(account) if "requirements" in include else None
    shown["future_requirements"] = None
    if "future_requirements" in include:
        shown["future_requirements"] = {"entries": [], "minimum_transition_date": None}
    return shown


def show_v1(account: Object) -> Object:
    """Return an account as the v1 API and the event account.updated show it."""
    missing = account["_missing"]
    transfers = is_active(account, "stripe_transfers")
    return {
        "id": account["id"],
        "object": "account",
        "business_type": account["_entity_type"],
        "capabilities": {"transfers": "active" if transfers else "inactive"},
        "charges_enabled": transfers,
        "country": account["_country"].upper(),
        "created": account["_created"],
        "default_currency": account["_currency"],
        "details_submitted": account["_submitted"],
        "email": account["contact_email"],
        "metadata": account["metadata"],
        "payouts_enabled": is_active(account, "payouts"),
        "requirements": {
            "alternatives": [],
            "current_deadline": None,
            "currently_due": missing,
            "disabled_reason": "rejected.other"
            if account["_rejected"]
            else "requirements.past_due"
            if missing
            else None,
            "errors": [],
            "eventually_due": missing,
            "past_due": missing,
            "pending_verification": [],
        },
        "type": "none",
    }


def retrieve(state: State, call: Call) -> Object:
    return show(state.get(ACCOUNT, call.ids["id"]), call.params.get("include", []))


def retrieve_v1(state: State, call: Call) -> Object:
    return show_v1(state.get(ACCOUNT, call.ids["id"], "account"))


def list_accounts(state: State, call: Call) -> Object:
    found = state.store.find(ACCOUNT, newest_first=True, limit=call.params.get("limit", 20))
    return {
        "data": [show(each, []) for each in found],
        "next_page_url": None,
        "previous_page_url": None,
    }


def close(state: State, call: Call) -> Object:
    account = state.get(ACCOUNT, call.ids["id"])
    if account["closed"]:
        raise refused("This account is already closed.")
    account |= {"closed": True, "_transfers_requested": False}
    state.put(account)
    return show(account, [])


def timestamp(moment: int) -> str:
    """Return a time as the v2 API writes it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _requests_transfers(params: dict[str, Any]) -> bool:
    found: Any = params
    for name in (
        "configuration",
        "recipient",
        "capabilities",
        "stripe_balance",
        "stripe_transfers",
        "requested",
    ):
        found = found.get(name, {}) if isinstance(found, dict) else {}
    return found is True


def _capability(account: Object, name: str) -> Object:
    if account["_rejected"]:
        details = [{"code": "rejected_other", "resolution": "contact_stripe"}]
        return {"status": "rejected", "status_details": details}
    blocking = [
        each
        for each in account["_missing"]
        if name == "payouts" or not each.startswith("configuration.")
    ]
    if not account["_transfers_requested"]:
        details = [{"code": "unsupported_business", "resolution": "no_resolution"}]
        return {"status": "unsupported", "status_details": details}
    if blocking:
        details = [{"code": "requirements_past_due", "resolution": "provide_info"}]
        return {"status": "restricted", "status_details": details}
    return {"status": "active", "status_details": []}


def _configuration(account: Object, wanted: list[str]) -> Object:
    recipient = None
    if account["_transfers_requested"] and "configuration.recipient" in wanted:
        names = ("payouts", "stripe_transfers")
        balance = {name: _capability(account, name) for name in names}
        recipient = {"applied": True, "capabilities": {"stripe_balance": balance}}
    return {"customer": None, "merchant": None, "recipient": recipient}


def _defaults(account: Object) -> Object:
    asked = account["_responsibilities"]
    return {
        "currency": account["_currency"],
        "locales": None,
        "profile": {
            "business_url": None,
            "doing_business_as": None,
            "product_description": None,
            **account["_profile"],
        },
        "responsibilities": {
            "fees_collector": asked.get("fees_collector", "application"),
            "losses_collector": asked.get("losses_collector", "application"),
            "requirements_collector": "stripe",
        },
    }


def _identity(account: Object) -> Object:
    return {"country": account["_country"], "entity_type": account["_entity_type"]}


def _requirements(account: Object) -> Object:
    entries = [_requirement(name) for name in account["_missing"]]
    deadline = {"status": "past_due", "time": None}
    return {
        "entries": entries,
        "summary": {"minimum_deadline": deadline if entries else None},
    }


def _requirement(name: str) -> Object:
    restricted = ["stripe_balance.payouts"]
    if not name.startswith("configuration."):
        restricted.append("stripe_balance.stripe_transfers")
    return {
        "awaiting_action_from": "user",
        "description": name,
        "errors": [],
        "impact": {
            "restricts_capabilities": [
                {
                    "capability": capability,
                    "configuration": "recipient",
                    "deadline": {"status": "past_due"},
                }
                for capability in restricted
            ]
        },
        "minimum_deadline": {"status": "past_due"},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }


INCLUDE = Shape({"include": Items(Choice(INCLUDABLE))})
ROUTES = [
    Route("POST", "/v2/core/accounts", create, Shape(FIELDS)),
    Route("GET", "/v2/core/accounts", list_accounts, Shape({"limit": Integer(minimum=1)})),
    Route("GET", "/v2/core/accounts/{id}", retrieve, INCLUDE),
    Route("POST", "/v2/core/accounts/{id}", update, Shape(FIELDS)),
    Route(
        "POST",
        "/v2/core/accounts/{id}/close",
        close,
        Shape({"applied_configurations": Items(Choice(("customer", "merchant", "recipient")))}),
    ),
    Route("GET", "/v1/accounts/{id}", retrieve_v1, Shape({"expand": EXPAND})),
]
