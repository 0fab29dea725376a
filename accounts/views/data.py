"""One's own data: a copy of it, and deleting the account."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import answers, deletion, deletion_token, exports
from accounts.forms.deletion import DeleteAccountForm
from accounts.models import Export
from accounts.refusals import Refusal
from accounts.viewer import signed_in


@require_GET
@never_cache
@login_required
def index(request: HttpRequest) -> HttpResponse:
    context = {
        "export": exports.latest(signed_in(request)),
        "grace_days": settings.DELETION_GRACE_DAYS,
    }
    return render(request, "accounts/data.html", context)


@require_POST
@login_required
def request_export(request: HttpRequest) -> HttpResponse:
    try:
        exports.request(signed_in(request))
    except Refusal as refusal:
        return answers.refuse(request, refusal, to="accounts:data")
    words = _("We're preparing your copy. We'll notify you when it's ready.")
    return answers.done(request, to="accounts:data", said=words)


@require_GET
@never_cache
@login_required
@reauthentication_required
def download(request: HttpRequest) -> HttpResponse | FileResponse:
    """The newest copy, for the person whose data it is and who proved it a moment ago."""
    found = Export.objects.filter(user=signed_in(request), state=Export.State.READY).first()
    if found is None or not storages["exports"].exists(found.file):
        raise Http404
    name = f"spaces-{found.user.handle}-{found.requested_at:%Y-%m-%d}.zip"
    return FileResponse(storages["exports"].open(found.file), as_attachment=True, filename=name)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@reauthentication_required
def delete(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = DeleteAccountForm(request.POST or None, owner=user)
    if request.method == "POST" and form.is_valid():
        try:
            day = deletion.request(user)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            logout(request)
            words = _("Your account is closed and will be deleted on %(day)s. To keep it, sign in.")
            messages.success(request, words % {"day": f"{day:%-d %B %Y}"})
            return redirect("/")
    context = {
        "form": form,
        "owner": user,
        "grace_days": settings.DELETION_GRACE_DAYS,
        "data_url": reverse("accounts:data"),
    }
    return render(request, "accounts/delete.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
def keep(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a deletion. A GET changes nothing: scanners of mail follow links."""
    user = deletion_token.read(token)
    if user is None:
        return render(request, "accounts/keep_account.html", {"gone": True}, status=404)
    if request.method == "POST" and deletion.cancel(user):
        messages.success(request, _("Your account is open again. Sign in to continue."))
        return redirect("account_login")
    return render(request, "accounts/keep_account.html", {"leaving": user})
