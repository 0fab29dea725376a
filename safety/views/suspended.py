"""The page that suspended people see, with the form to appeal."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.viewer import signed_in
from core.refusals import Refusal
from safety import appeals, suspension
from safety.forms import AppealForm


@require_http_methods(["GET", "POST"])
@login_required
def index(request: HttpRequest) -> HttpResponse:
    found = suspension.current(signed_in(request))
    if found is None:
        return redirect("/")
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            appeals.appeal(found, text=form.cleaned_data["text"])
            return redirect("safety:suspended")
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    appealed = appeals.find(found)
    context = {
        "suspension": found,
        "form": form,
        "appealed": appealed,
        "answer": appeals.status_text(appealed) if appealed else "",
    }
    return render(request, "safety/suspended.html", context, status=403)
