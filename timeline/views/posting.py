"""Views for writing, publishing, deleting, liking and unliking posts.

They work without JavaScript; with htmx, only one fragment is replaced.
"""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.viewer import signed_in
from core import once, rates, responses
from core.refusals import Refusal
from timeline import composer, feed, posts, tasks
from timeline.forms import PostForm
from timeline.models import Post

WRITING = "12/5 minutes"
LIKING = "60/minute"
MAX_POLL_INTERVAL = 32  # seconds between requests while a picture is being prepared


@require_http_methods(["GET", "POST"])
@login_required
def compose(request: HttpRequest) -> HttpResponse:
    """Show the composer on its own page, or create a post; `?space=` attaches a Space."""
    user = signed_in(request)
    if request.method == "GET":
        shown = composer.sharing(user, request.GET.get("space", ""))
        return render(request, "timeline/compose.html", {"composer": shown})
    form = PostForm(request.POST, request.FILES, author=user)
    try:
        rates.spend(WRITING, "post", user.key)  # before validation, which is slow
        if not form.is_valid():
            return _redisplay(request, form, responses.first_error(form))
        data = dict(form.cleaned_data)
        sent = (user.key, data.pop("once"), data["text"], data["reply_to"])
        if sent[1] and not once.begin(*sent):
            return _already_posted(request, data["reply_to"], has_picture=data["image"] is not None)
        try:
            written = posts.write(author=user, upload=data.pop("image"), **data)
        except Exception:
            once.undo(*sent)
            raise
        if written.is_preparing:
            tasks.request_preparation()
        return _posted(request, written)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _redisplay(request, form, refusal)


@require_GET
@login_required
def preparing(request: HttpRequest, post_id: int) -> HttpResponse:
    """Return the current state of the user's own post, which the page polls.

    `?wait=` is the previous polling interval in seconds; the next interval is twice as long.
    """
    found = _own(request, post_id)
    wait = request.GET.get("wait", "")
    context = {
        "entry": feed.entry(found, viewer=request.user),
        "lead": request.GET.get("lead") == "1",
        "wait": min(2 * int(wait), MAX_POLL_INTERVAL) if wait.isdecimal() and len(wait) < 4 else 2,
    }
    return render(request, "timeline/preparing.html", context)


@require_POST
@login_required
def publish(request: HttpRequest, post_id: int) -> HttpResponse:
    """Publish a post without its picture, because processing the picture failed."""
    found = _own(request, post_id)
    try:
        if not found.has_failed:
            raise Refusal(
                "not_failed",
                "The picture is still being prepared, or the post is already published.",
            )
        posts.publish(found)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=found)
    return responses.done(request, to=found, message="Posted without the picture.")


@require_POST
@login_required
def delete(request: HttpRequest, post_id: int) -> HttpResponse:
    found = _post(request, post_id)
    try:
        posts.delete(found, by=signed_in(request))
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=found)
    to = found.reply_to or "timeline:home"
    return responses.done(request, to=to, message="Your post is deleted.")


@require_POST
@login_required
def like(request: HttpRequest, post_id: int) -> HttpResponse:
    return _set_liked(request, post_id, liked=True)


@require_POST
@login_required
def unlike(request: HttpRequest, post_id: int) -> HttpResponse:
    return _set_liked(request, post_id, liked=False)


def _redisplay(request: HttpRequest, form: PostForm, why: Refusal) -> HttpResponse:
    context = {"composer": composer.with_errors(form)}
    return responses.redisplay(request, "timeline/compose.html", context, why=why)


def _posted(request: HttpRequest, post: Post) -> HttpResponse:
    message = _message(is_reply=post.reply_to_id is not None, has_picture=post.is_preparing)
    if post.reply_to_id is None:
        return responses.done(request, to="timeline:home", message=message)
    to = Post.objects.select_related("author").get(pk=post.reply_to_id)
    return responses.done(request, to=to, message=message)


def _already_posted(
    request: HttpRequest, reply_to: Post | None, *, has_picture: bool
) -> HttpResponse:
    message = _message(is_reply=reply_to is not None, has_picture=has_picture)
    return responses.done(request, to=reply_to or "timeline:home", message=message)


def _message(*, is_reply: bool, has_picture: bool) -> str:
    """Return the message after posting. A post with a picture is published later."""
    if has_picture:
        what = "reply" if is_reply else "post"
        return f"We're preparing your picture. Your {what} will appear in a moment."
    return "Reply posted." if is_reply else "Posted."


def _set_liked(request: HttpRequest, post_id: int, *, liked: bool) -> HttpResponse:
    user = signed_in(request)
    found = _post(request, post_id)
    error = ""
    without_htmx = not request.htmx  # type: ignore[attr-defined]
    try:
        rates.spend(LIKING, "like", user.key)
        (posts.like if liked else posts.unlike)(found, user=user)
    except Refusal as refusal:
        if without_htmx:
            return responses.refuse(request, refusal, to=_back(request, found))
        error = refusal.message
    if without_htmx:
        return responses.done(request, to=_back(request, found))
    entry = feed.entry(_post(request, post_id), viewer=user)
    context = {
        "post_id": entry.post.pk,
        "post_url": entry.post.get_absolute_url(),
        "likes": entry.post.like_count,
        "liked": entry.liked,
        "signed_in": True,
        "error": error,
    }
    return render(request, "timeline/_like.html", context)


def _post(request: HttpRequest, post_id: int) -> Post:
    visible = Post.objects.visible_to(request.user).select_related("author", "reply_to__author")
    return get_object_or_404(visible, pk=post_id)


def _own(request: HttpRequest, post_id: int) -> Post:
    own_posts = Post.objects.filter(author=signed_in(request)).select_related("author", "reply_to")
    return get_object_or_404(own_posts, pk=post_id)


def _back(request: HttpRequest, post: Post) -> str:
    """Return the URL of the page where the user clicked the button, scrolled to the post."""
    page = responses.page_before(request)
    return f"{page}#post-{post.pk}" if page else post.get_absolute_url()
