"""The sidebar of the admin, and the numbers of open reports and appeals on its front page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from safety import report_counts
from safety.models import Report

SAFETY = {"Report", "Suspension", "StaffAct"}
PEOPLE = {"accounts", "account", "auth", "mfa", "usersessions"}  # apps
ICONS = {  # in the order of the sidebar
    "Report": "inbox",
    "Suspension": "block",
    "StaffAct": "history",
    "User": "person",
    "Group": "group",
    "EmailAddress": "mail",
    "Authenticator": "key",
    "UserSession": "devices",
    "Delivery": "outgoing_mail",
    "Broadcast": "campaign",
    "UndeliverableAddress": "unsubscribe",
    "Space": "graphic_eq",
    "Schedule": "event",
    "Offer": "sell",
    "Ticket": "confirmation_number",
    "Reservation": "shopping_cart",
    "Refund": "undo",
    "Transfer": "payments",
    "Posting": "account_balance",
    "HostAccount": "account_circle",
    "Difference": "difference",
    "RoomEvent": "list",
    "Feedback": "reviews",
    "Topic": "tag",
}


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return links to the pages that this staff member may see; reports come first."""
    apps = admin.site.get_app_list(request)
    models = [(app, model) for app in apps for model in app["models"]]
    safety = [model for _app, model in models if model["object_name"] in SAFETY]
    groups = {_("Keeping people safe"): safety, _("People"): []}
    for app, model in models:
        if model not in safety:
            title = _("People") if app["app_label"] in PEOPLE else app["name"]
            groups.setdefault(title, []).append(model)
    return [
        {
            "title": title,
            "separator": True,
            "items": [_item(request, model) for model in sorted(found, key=_position)],
        }
        for title, found in groups.items()
    ]


def front_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    return {**context, "waiting": _waiting(request) if _reads_reports(request) else None}


def _position(model: dict[str, Any]) -> int:
    known = list(ICONS)
    name = model["object_name"]
    return known.index(name) if name in known else len(known)


def _item(request: HttpRequest, model: dict[str, Any]) -> dict[str, Any]:
    name = model["object_name"]
    item = {"title": model["name"], "icon": ICONS.get(name, ""), "link": model["admin_url"]}
    if name == Report.__name__ and (total := _waiting(request).total):
        item["badge"] = total
    return item


def _reads_reports(request: HttpRequest) -> bool:
    return admin.site.get_model_admin(Report).has_view_permission(request)


def _waiting(request: HttpRequest) -> report_counts.Waiting:
    """Return the numbers of open reports and appeals, counted once per request."""
    if not hasattr(request, "waiting"):
        request.waiting = report_counts.waiting()  # type: ignore[attr-defined]
    found: report_counts.Waiting = request.waiting  # type: ignore[attr-defined]
    return found
