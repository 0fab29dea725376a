"""Reporting a person, a post or a Space, from wherever they are seen."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.viewer import signed_in
from core import rates, responses
from core.refusals import Refusal
from safety import reporting
from safety.forms import ReportForm

LOOKING = "60/10 minutes"


@require_http_methods(["GET", "POST"])
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The address says what is reported; the evidence is what stands there as it is handed in."""
    user = signed_in(request)
    try:
        rates.spend(LOOKING, "look", user.key)  # before what stands there is gathered
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=user)
    seen = reporting.see(user, request.GET.dict())
    if seen is None:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "seen": seen, "own": seen.subject == user}
    if request.method == "GET":
        return render(request, "safety/report.html", context)
    try:
        if not form.is_valid():
            return responses.again(
                request, "safety/report.html", context, why=responses.first_error(form)
            )
        _hand_in(form, seen, reporter=user)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return responses.again(request, "safety/report.html", context, why=refusal)
    return render(request, "safety/reported.html", {"seen": seen})


def _hand_in(form: ReportForm, seen: reporting.Sighting, *, reporter: User) -> None:
    rates.spend(reporting.RATE, "report", reporter.key)
    reporting.report(
        reporter=reporter,
        subject=seen.subject,
        about=seen.about,
        ref=seen.ref,
        reason=form.cleaned_data["reason"],
        text=form.cleaned_data["text"],
        evidence={**seen.evidence, "address": seen.back},
    )
