"""What tickets add to pages of lower-level apps (settings.PAGE_SECTIONS)."""

from django import template
from django.utils.safestring import SafeString

from accounts.models import User
from billing import page_data
from billing.claim_links import claim_link
from billing.stripe.client import is_configured
from core.sections import render
from spaces.models import Space


def ticket_card(context: template.Context) -> SafeString | str:
    """On the page of a scheduled Space: the price, or the reader's ticket."""
    space: Space = context["space"]
    offer = page_data.offer_of(space)
    if offer is None:
        return ""
    user = context["request"].user
    reader = user if isinstance(user, User) else None
    is_seller = reader is not None and offer.seller_id == reader.pk
    own = page_data.own_of(space, reader)
    return render(
        context,
        "billing/_ticket_card.html",
        offer=offer,
        sale=page_data.sale_of(offer),
        own=own,
        link=claim_link(own.ticket) if own.ticket else "",
        is_seller=is_seller,
        policy=page_data.refund_policy(is_seller=is_seller),
    )


def refunds_after_cancelling(context: template.Context) -> SafeString | str:
    """Where a host cancels a Space: how much the buyers of its tickets get back."""
    offer = page_data.offer_of(context["space"])
    sales = page_data.sales_of(offer) if offer else None
    if not sales or not sales.sold:
        return ""
    return render(context, "billing/_refunds_after_cancelling.html", offer=offer, sales=sales)


def free_preview(context: template.Context) -> SafeString | str:
    """In a live Space, for people without a ticket."""
    offer = page_data.offer_of(context["space"])
    user = context["request"].user
    if offer is None or not isinstance(user, User) or not page_data.may_preview(offer, user):
        return ""
    return render(context, "billing/_free_preview.html")


def selling_link(context: template.Context) -> SafeString | str:
    """In the menu of a scheduled Space, for its host."""
    offer = page_data.offer_of(context["space"])
    if offer is None and not is_configured():
        return ""
    return render(context, "billing/_selling_link.html", offer=offer)


def own_tickets(context: template.Context) -> SafeString:
    """On the page of a person's schedule."""
    return render(context, "billing/_own_tickets.html")


def settings_rows(context: template.Context) -> SafeString:
    """In the list of settings."""
    return render(context, "billing/_settings_rows.html", can_sell=is_configured())
