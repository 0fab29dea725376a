"""The seller's statement of a Space, as a page and as a file."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.viewer import signed_in
from billing import exports
from billing import statement as statements
from billing.views.seller import offer_of_seller
from core import rates, responses
from core.refusals import Refusal
from core.time_zones import city

PAGE = 100  # lines
EXPORTING = "20/hour"


@require_GET
@login_required
def statement(request: HttpRequest, space_id: str) -> HttpResponse:
    offer = offer_of_seller(request, space_id)
    schedule = offer.space.schedule
    page = Paginator(statements.postings_of(offer), PAGE).get_page(request.GET.get("page"))
    context = {
        "space": offer.space,
        "offer": offer,
        "totals": statements.totals_of(offer),
        "page": page,
        "lines": list(statements.lines(page)),
        "place": city(schedule.zone) or schedule.zone,
    }
    with timezone.override(schedule.time_zone):
        return render(request, "billing/statement.html", context)


@require_GET
@login_required
def statement_file(request: HttpRequest, space_id: str) -> HttpResponseBase:
    offer = offer_of_seller(request, space_id)
    try:
        rates.spend(EXPORTING, "statement", signed_in(request).key)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=redirect("billing:statement", space_id).url)
    lines = statements.lines(statements.postings_of(offer).iterator(chunk_size=500))
    name = f"statement-{offer.space.public_id}.csv"
    return exports.answer(exports.statement(lines, offer.currency), name)
