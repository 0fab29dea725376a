"""Views for downloading a copy of the person's own data, and for deleting their account."""

import asyncio
from collections.abc import AsyncIterator

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import deletion, deletion_token, exports
from accounts.forms.deletion import DeleteAccountForm
from accounts.models import Export
from accounts.viewer import signed_in
from core import responses
from core.rates import spend
from core.refusals import Refusal

DOWNLOADS = "6/hour"
CHUNK = 64 * 1024  # bytes


@require_GET
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
        return responses.refuse(request, refusal, to="accounts:data")
    return responses.done(request, to="accounts:data")  # this page shows the state of the export


@require_GET
@login_required
@reauthentication_required
def download(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Download the person's newest export; this requires recent authentication."""
    user = signed_in(request)
    try:
        spend(DOWNLOADS, "download_export", user.key)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to="accounts:data")
    found = exports.latest(user)
    if found is None or not found.is_ready:
        raise Http404
    name = f"spaces-{user.handle}-{found.requested_at:%Y-%m-%d}.zip"
    response = StreamingHttpResponse(_chunks(found), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Length"] = str(found.size)
    return response


async def _chunks(export: Export) -> AsyncIterator[bytes]:
    """Read in chunks, because under ASGI Django loads the whole file of a FileResponse."""
    with storages["exports"].open(export.file) as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


@require_http_methods(["GET", "POST"])
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
            text = _("Your account is closed and will be deleted on %(day)s. To keep it, sign in.")
            messages.success(request, text % {"day": f"{day:%-d %B %Y}"})
            return redirect("/")
    context = {
        "form": form,
        "owner": user,
        "grace_days": settings.DELETION_GRACE_DAYS,
        "data_url": reverse("accounts:data"),
    }
    return render(request, "accounts/delete.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, token: str) -> HttpResponse:
    """Cancel a deletion. A GET request changes nothing, since mail scanners follow links."""
    user = deletion_token.read(token)
    if user is None:
        return render(request, "accounts/keep_account.html", {"is_expired": True}, status=404)
    if request.method == "POST" and deletion.cancel(user):
        messages.success(request, _("Your account is open again. Sign in to continue."))
        return redirect("account_login")
    if user.closed_by_staff_at is not None:
        context = {"is_closed_by_staff": True, "owner": user}
        return render(request, "accounts/keep_account.html", context, status=403)
    return render(request, "accounts/keep_account.html", {"owner": user})
