"""The tickets of a person: the list, one ticket, returning it, and taking a ticket by its link."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.viewer import signed_in
from billing import page_data
from billing.actions import claiming, returning
from billing.claim_links import claim_link
from billing.models import Ticket
from core import rates, responses, shared_clock
from core.addresses import network_of
from core.refusals import Refusal

CLAIMING = "20/minute"
LOOKING_UP = "60/minute"  # codes from one network
RETURNING = "10/minute"


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    tickets = page_data.tickets_of(person)
    ahead = [each for each in tickets if page_data.is_ahead(each.space)]
    upcoming = [each for each in ahead if each.state == Ticket.State.VALID]
    context = {
        "upcoming": upcoming[::-1],  # the soonest first
        "invalid": [each for each in ahead if each.state != Ticket.State.VALID],
        "past": [each for each in tickets if not page_data.is_ahead(each.space)],
        "unfinished": page_data.unfinished_of(person),
    }
    return render(request, "billing/mine.html", context)


@require_GET
@login_required
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    found = _visible(pk, person)
    is_own = found.holder_id == person.pk
    is_gift = found.holder_id is None and found.state == Ticket.State.VALID
    bought_it = found.reservation is not None and found.reservation.buyer_id == person.pk
    context = {
        "ticket": found,
        "space": found.space,
        "is_own": is_own,
        "is_gift": is_gift,
        "claim_link": claim_link(found) if is_own or is_gift else "",
        "may_return": bought_it and not returning.why_not(found, person, shared_clock.now()),
        "returnable_until": returning.returnable_until(found.space) if bought_it else None,
        "bought_it": bought_it,
        "is_reminded": is_own and page_data.is_reminded(found.space, person),
    }
    return render(request, "billing/ticket.html", context)


@login_required
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a confirmation, then refund a ticket to its buyer."""
    person = signed_in(request)
    found = _visible(pk, person)
    if found.reservation is None or found.reservation.buyer_id != person.pk:
        raise Http404
    page = reverse("billing:ticket", args=[pk])
    try:
        if refusal := returning.why_not(found, person, shared_clock.now()):
            raise returning.CantReturn(refusal)
        if request.method != "POST":
            context = {"ticket": found, "space": found.space}
            return render(request, "billing/refund.html", context)
        rates.spend(RETURNING, "return", person.key)
        returning.return_ticket(found, by=person)
    except Refusal as refusal_:
        return responses.refuse(request, refusal_, to=page)
    message = "Your money is on its way back." if found.price else "You have returned the ticket."
    return responses.done(request, to=page, message=message)


def claim(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a ticket is for, and let a person take it. Anyone with the code can open this page,
    so it does not show who bought or holds the ticket."""
    person = request.user if isinstance(request.user, User) else None
    try:
        rates.spend(LOOKING_UP, "claim", network_of(request))
    except Refusal as refusal:
        return responses.refuse(request, refusal, to="/")
    found = get_object_or_404(Ticket.objects.select_related("space__host"), code=code)
    if person is not None and found.holder_id == person.pk:
        return redirect(found.space)  # they scanned the QR code of their ticket on another device
    refused = claiming.why_not(found, person)
    if request.method == "POST" and person is not None:
        try:
            rates.spend(CLAIMING, "take", person.key)
            claiming.claim(found, by=person)
        except Refusal as refusal:
            return _claim_page(request, found, refusal.message, status=refusal.status)
        to = reverse("billing:ticket", args=[found.pk])
        return responses.done(request, to=to, message="This ticket is yours now.")
    if request.method == "POST":
        return redirect(f"{reverse('account_login')}?next={request.path}")
    return _claim_page(request, found, refused)


def _claim_page(
    request: HttpRequest, found: Ticket, refused: str, *, status: int = 200
) -> HttpResponse:
    context = {"ticket": found, "space": found.space, "refused": refused}
    return render(request, "billing/claim.html", context, status=status)


def _visible(pk: int, person: User) -> Ticket:
    found = page_data.visible_ticket(pk, person)
    if found is None:
        raise Http404
    return found
