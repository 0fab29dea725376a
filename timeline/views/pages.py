"""Pages of posts: Home, a post with its replies, and a person's posts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from accounts.models import User
from core.extents import key_in
from core.shared_pages import shared_with_strangers
from spaces.directory.discovery import Found, find
from spaces.directory.live_view import live_view_of
from timeline import composer, feed
from timeline.models import Post
from timeline.previews import of_post
from timeline.suggestions import people_to_follow


@require_GET
@shared_with_strangers
def home(request: HttpRequest) -> HttpResponse:
    """Show the home feed. To signed-out people, show what Spaces is and which Spaces are live."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "timeline/welcome.html", {"found": _live(request)})
    page = feed.home(user, before=key_in(request, "before"), until=key_in(request, "until"))
    if _wants_more(request):
        return _more(request, page)
    shared = request.GET.get("space", "")
    context = {
        "page": page,
        "found": None if page.entries else _live(request),
        "people": [] if page.entries else people_to_follow(user),
        "composer": composer.sharing(user, shared) if shared else composer.empty(user),
    }
    return render(request, "timeline/home.html", context)


@require_GET
def post(request: HttpRequest, handle: str, post_id: int) -> HttpResponse:
    """Show a post with its parent and its replies."""
    visible = Post.objects.visible_to(request.user).select_related("author", "reply_to__author")
    found = get_object_or_404(visible, pk=post_id)
    if found.author.handle != handle:
        return redirect(found)
    after, until = key_in(request, "after"), key_in(request, "until")
    replies = feed.replies(found, viewer=request.user, after=after, until=until)
    if _wants_more(request):
        return _more(request, replies)
    user = request.user if isinstance(request.user, User) else None
    parent = visible.filter(pk=found.reply_to_id).first() if found.reply_to_id else None
    may_reply = user is not None and found.reply_to_id is None and found.is_published
    context = {
        "entry": feed.entry(found, viewer=request.user),
        "preview": of_post(found) if found.is_published else None,
        "parent": feed.entry(parent, viewer=request.user) if parent else None,
        "page": replies,
        "composer": composer.empty(user, reply_to=found) if user and may_reply else None,
    }
    return render(request, "timeline/post.html", context)


@require_GET
def posts_of(request: HttpRequest, handle: str) -> HttpResponse:
    """Show all posts of a person, page by page. Their profile shows only the first page."""
    owner = get_object_or_404(User.objects.active().with_handle(handle))
    before, until = key_in(request, "before"), key_in(request, "until")
    page = feed.posts_by(owner, viewer=request.user, before=before, until=until)
    if _wants_more(request):
        return _more(request, page)
    return render(request, "timeline/posts_of.html", {"owner": owner, "page": page})


def _wants_more(request: HttpRequest) -> bool:
    """Return whether htmx requests the next part of a list. Other requests get the whole page."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and htmx.target == "more"


def _more(request: HttpRequest, page: feed.Page) -> HttpResponse:
    return render(request, "timeline/_posts.html", {"page": page})


def _live(request: HttpRequest) -> Found:
    return find(live_view_of(request), until=key_in(request, "until"))
