"""The pages that list a person's followers and the people they follow."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from accounts.blocking import blocks
from accounts.follow_lists import Side, follow_list
from accounts.models import User
from core.extents import key_in


@require_GET
def followers(request: HttpRequest, handle: str) -> HttpResponse:
    return _page(request, handle, "followers")


@require_GET
def following(request: HttpRequest, handle: str) -> HttpResponse:
    return _page(request, handle, "following")


def _page(request: HttpRequest, handle: str, side: Side) -> HttpResponse:
    owner = get_object_or_404(User.objects.active().with_handle(handle))
    if isinstance(request.user, User) and blocks(owner, request.user):
        return redirect(owner)
    after, until = key_in(request, "after"), key_in(request, "until")
    page = follow_list(owner, side, reader=request.user, after=after, until=until)
    context = {"owner": owner, "side": side, "follow_list": page}
    return render(request, "accounts/follow_list.html", context)
