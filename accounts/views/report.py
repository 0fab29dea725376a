"""Reporting a person, a post or a Space, from wherever they are seen."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import rates, reporting
from accounts.forms.safety import ReportForm
from accounts.models import User
from accounts.refusals import Refusal
from accounts.viewer import signed_in


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The address says what is reported; the evidence is what stands there as it is handed in."""
    user = signed_in(request)
    seen = reporting.see(user, request.GET.dict())
    if seen is None:
        raise Http404
    form = ReportForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                _hand_in(form, seen, reporter=user)
                return render(request, "accounts/reported.html", {"seen": seen})
            status = 400
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = refusal.status
    context = {"form": form, "seen": seen, "own": seen.subject == user}
    return render(request, "accounts/report.html", context, status=status)


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
