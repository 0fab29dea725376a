"""The page of notifications."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.viewer import signed_in
from core.extents import key_in
from notifications import inbox, unread


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Show notifications, and mark all of them as read."""
    user = signed_in(request)
    shown, after = inbox.page(user, before=key_in(request, "before"))
    context = {"shown": shown, "after": after}
    unread.mark_all_read(user)  # `shown` is already loaded, so the page still marks them as new
    return render(request, "notifications/index.html", context)
