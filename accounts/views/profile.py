"""Views of a profile, and for following and unfollowing its owner.

They work without JavaScript; with htmx, only one fragment is replaced.
"""

from typing import TypedDict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseLocation

from accounts import follow as following
from accounts.locks import blockers
from accounts.models import User
from accounts.previews import of_person
from accounts.signals import user_followed
from accounts.viewer import signed_in
from core import rates, responses
from core.prepared_queries import prepared
from core.refusals import Refusal


class Relation(TypedDict):
    owner: User
    is_self: bool
    is_followed: bool
    follows_viewer: bool
    is_blocked: bool  # by the viewer
    blocks_viewer: bool


@require_GET
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    owner = _owner(handle)
    if owner.handle != handle:
        return redirect(owner)
    context = {**_relation(owner, by=request), "preview": of_person(owner)}
    return render(request, "accounts/profile.html", context)


@require_POST
@login_required
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    owner = _owner(handle)
    if owner == request.user:
        raise PermissionDenied
    user = signed_in(request)
    try:
        rates.spend(rates.FOLLOWING, "follow", user.key)
        if following.follow(follower=user, followed=owner):
            user_followed.send(User, follower=user, followed=owner)
    except Refusal as refusal:
        return _refuse(request, refusal, owner)
    return _respond(request, owner)


@require_POST
@login_required
def unfollow(request: HttpRequest, handle: str) -> HttpResponse:
    owner = _owner(handle)
    user = signed_in(request)
    try:
        rates.spend(rates.FOLLOWING, "follow", user.key)
        following.unfollow(follower=user, followed=owner)
    except Refusal as refusal:
        return _refuse(request, refusal, owner)
    return _respond(request, owner)


def _owner(handle: str) -> User:
    """Return the person with this handle, in any case of its letters."""
    if found := _with_exact_handle(handle):
        return found[0]
    return get_object_or_404(User.objects.active().with_handle(handle))


@prepared
def _with_exact_handle(handle: str) -> QuerySet[User]:
    return User.objects.active().filter(handle=handle)


def _refuse(request: HttpRequest, refusal: Refusal, owner: User) -> HttpResponse:
    """Reload the whole page, even with htmx, because the fragment alone doesn't show the reason."""
    if not getattr(request, "htmx", False):
        return responses.refuse(request, refusal, to=owner)
    messages.error(request, refusal.message)
    where = {"target": "#page", "select": "#page", "swap": "outerHTML"}
    return HttpResponseLocation(owner.get_absolute_url(), **where)  # type: ignore[arg-type]


def _respond(request: HttpRequest, owner: User) -> HttpResponse:
    target = request.headers.get("HX-Target")
    if target == f"follow-{owner.pk}":  # the button is in a list of people
        reader = signed_in(request)
        followed = following.follows(follower=reader, followed=owner)
        context = {"person": owner, "is_followed": followed}
        return render(request, "accounts/_follow.html", context)
    if target != "follow":
        return responses.done(request, to=_back(request, owner))
    owner.refresh_from_db()
    return render(request, "accounts/_follow_status.html", {**_relation(owner, by=request)})


def _back(request: HttpRequest, owner: User) -> str:
    """Return the URL to go to: the profile, or the row with the button if it is in a list."""
    page = responses.page_before(request)
    in_list = page.split("?")[0].endswith(("/followers/", "/following/"))
    return f"{page}#follow-{owner.pk}" if in_list else owner.get_absolute_url()


def _relation(owner: User, *, by: HttpRequest) -> Relation:
    viewer = by.user if isinstance(by.user, User) else None
    blocking, followers = set[int](), set[int]()
    if viewer is not None and viewer != owner:
        blocking, followers = blockers(viewer, owner), following.followers(viewer, owner)
    return {
        "owner": owner,
        "is_self": viewer == owner,
        "is_followed": viewer is not None and viewer.pk in followers,
        "follows_viewer": owner.pk in followers,
        "is_blocked": viewer is not None and viewer.pk in blocking,
        "blocks_viewer": owner.pk in blocking,
    }
