"""One's own settings. What allauth keeps (e-mail, password, sessions) stays at its addresses."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.profile import ProfileForm
from accounts.sessions import sign_out_everywhere
from accounts.viewer import signed_in


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/settings.html")


@require_http_methods(["GET", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    owner = signed_in(request)
    form = ProfileForm(request.POST or None, request.FILES or None, instance=owner)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect(owner)
    # The form writes into its instance before it is valid; the page's own avatar must not.
    owner.refresh_from_db()
    return render(request, "accounts/edit_profile.html", {"form": form, "owner": owner})


@require_POST
@login_required
def leave_everywhere(request: HttpRequest) -> HttpResponse:
    sign_out_everywhere(request, signed_in(request))
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_login")
