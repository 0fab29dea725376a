"""The hosted form in which a host enters what Stripe needs before it pays out."""

from collections.abc import Mapping

from billing.sandbox.pages.html import page, redirect
from billing.sandbox.resources import account_links, accounts
from billing.sandbox.responses import Response
from billing.sandbox.sandbox import Sandbox


def open_link(sandbox: Sandbox, id: str) -> Response:
    """Use up a link: redirect to its form, or, if the link is invalid, to the URL that creates a
    new link."""
    visit = sandbox.open_link(id)
    if visit:
        return redirect(f"/setup/visit/{visit}")
    return redirect(account_links.addresses(sandbox.read(account_links.LINK, id))["refresh_url"])


def show(sandbox: Sandbox, visit: str) -> Response:
    link = sandbox.visited_link(visit)
    addresses = account_links.addresses(link)
    account = sandbox.read(accounts.ACCOUNT, link["account"])
    context = {
        "account": account,
        "requirements": [
            {"name": name, "label": label, "is_done": name not in account["_missing"]}
            for name, label in accounts.REQUIREMENTS.items()
        ],
        "has_submitted": account["_submitted"],
    }
    return page("onboarding.html", context, leads_to=_urls(addresses))


def submit(sandbox: Sandbox, visit: str, form: Mapping[str, list[str]]) -> Response:
    """Store the form. Requirements that were not ticked are missing."""
    link = sandbox.visited_link(visit)
    addresses = account_links.addresses(link)
    done = form.get("done", [])
    missing = [name for name in accounts.REQUIREMENTS if name not in done]
    if form.get("all"):
        missing = []
    sandbox.finish_onboarding(link, missing)
    return redirect(addresses.get("return_url") or addresses["refresh_url"])


def _urls(addresses: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(addresses[name] for name in ("refresh_url", "return_url") if name in addresses)
