"""Links to the hosted onboarding: each can be opened only once, within a few minutes."""

from billing.sandbox.errors import invalid
from billing.sandbox.parameters import Choice, Items, Shape, Text, Url
from billing.sandbox.resources import accounts
from billing.sandbox.routing import Call, Route
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

LINK = "v2.core.account_link"
LIFETIME = 10 * 60  # seconds in which a link can be opened
VISIT_LIFETIME = 3600  # seconds in which the form of an opened link can be sent

USE = Shape(
    {
        "refresh_url": Url(),
        "return_url": Url(),
        "configurations": Items(Choice(("customer", "merchant", "recipient"))),
        "collection_options": Shape(
            {
                "fields": Choice(("currently_due", "eventually_due")),
                "future_requirements": Choice(("include", "omit")),
            }
        ),
    },
    required=("refresh_url",),
)
CREATE = Shape(
    {
        "account": Text(),
        "use_case": Shape(
            {
                "type": Choice(("account_onboarding", "account_update")),
                "account_onboarding": USE,
                "account_update": USE,
            },
            required=("type",),
        ),
    },
    required=("account", "use_case"),
)


def create(state: State, call: Call) -> Object:
    account = state.get(accounts.ACCOUNT, call.params["account"], "account")
    asked = call.params["use_case"]
    kind = asked["type"]
    if kind not in asked:
        raise invalid(
            f"Missing required param: use_case[{kind}].", f"use_case[{kind}]", "parameter_missing"
        )
    id = state.new_id("link")
    link: Object = {
        "id": id,
        "object": LINK,
        "account": account["id"],
        "created": accounts.timestamp(state.now()),
        "expires_at": accounts.timestamp(state.now() + LIFETIME),
        "livemode": False,
        "url": f"{state.url}/setup/{id}",
        "use_case": {"type": kind, kind: asked[kind]},
        "_expires": state.now() + LIFETIME,
        "_visit": None,  # the secret of the form, once the link has been opened
        "_visit_expires": 0,
    }
    state.put(link)
    return show(link)


def open_link(state: State, id: str) -> str:
    """Use up a link. Return the secret of its form, or "" if the link is not valid."""
    link = state.get(LINK, id)
    if link["_visit"] or link["_expires"] <= state.now():
        return ""
    link |= {"_visit": state.new_id("visit"), "_visit_expires": state.now() + VISIT_LIFETIME}
    state.put(link)
    return str(link["_visit"])


def visited(state: State, visit: str) -> Object | None:
    """Return the link whose form has this secret, or None if the form can't be sent any more."""
    found = state.store.find(
        LINK, {"_visit": visit}, ranges={"_visit_expires": {"gt": state.now()}}
    )
    return found[0] if found else None


def close_visit(state: State, link: Object) -> None:
    """Refuse the form of this link from now on."""
    state.put(link | {"_visit_expires": 0})


def addresses(link: Object) -> Object:
    """Return the URLs to which the host is sent later: refresh_url, and perhaps return_url."""
    use: Object = link["use_case"][link["use_case"]["type"]]
    return use


def show(link: Object) -> Object:
    shown = render(link)
    del shown["id"]
    return shown


ROUTES = [Route("POST", "/v2/core/account_links", create, CREATE)]
