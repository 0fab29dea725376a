"""The form to report a person, a post, a line of a transcript or a Space."""

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
    """Show the report form, or save a report. The query string names the reported thing.

    The evidence is the state of the thing when the form is sent.
    """
    user = signed_in(request)
    try:
        rates.spend(LOOKING, "look", user.key)  # before the evidence is collected, which is slow
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=user)
    reported = reporting.find(user, request.GET.dict())
    if reported is None:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "reported": reported, "own": reported.subject == user}
    if request.method == "GET":
        return render(request, "safety/report.html", context)
    try:
        if not form.is_valid():
            return responses.redisplay(
                request, "safety/report.html", context, why=responses.first_error(form)
            )
        _save(form, reported, reporter=user)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return responses.redisplay(request, "safety/report.html", context, why=refusal)
    return render(request, "safety/reported.html", {"reported": reported})


def _save(form: ReportForm, reported: reporting.Reportable, *, reporter: User) -> None:
    rates.spend(reporting.RATE, "report", reporter.key)
    reporting.report(
        reporter=reporter,
        subject=reported.subject,
        about=reported.about,
        ref=reported.ref,
        reason=form.cleaned_data["reason"],
        text=form.cleaned_data["text"],
        evidence={**reported.evidence, "address": reported.back},
    )
