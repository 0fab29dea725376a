"""Views of the person's own settings. E-mail, password and sessions are pages of allauth."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.profile import ProfileForm
from accounts.sessions import sign_out_everywhere
from accounts.viewer import signed_in
from core import rates, responses
from core.refusals import Refusal

SAVING = "30/10 minutes"
PICTURES = "10/10 minutes"


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/settings.html")


@require_http_methods(["GET", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    owner = signed_in(request)
    form = ProfileForm(request.POST or None, request.FILES or None, instance=owner)
    refused = None
    if request.method == "POST":
        try:
            rates.spend(SAVING, "profile", owner.key)
            if request.FILES:  # count the picture before decoding it
                rates.spend(PICTURES, "picture", owner.key)
            if form.is_valid():
                form.save()
                messages.success(request, _("Your profile is saved."))
                return redirect(owner)
        except Refusal as refusal:
            # A bound form would be validated when the page shows it, which decodes the picture.
            form = ProfileForm(initial=request.POST.dict(), instance=owner)
            refused = refusal
    # The form changes its instance even if it is not valid; the page must show the saved profile.
    owner.refresh_from_db()
    context = {"form": form, "owner": owner, "refused": refused}
    if refused is not None:
        return responses.redisplay(request, "accounts/edit_profile.html", context, why=refused)
    return render(request, "accounts/edit_profile.html", context)


@require_POST
@login_required
def sign_out_all(request: HttpRequest) -> HttpResponse:
    sign_out_everywhere(request, signed_in(request))
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_login")
