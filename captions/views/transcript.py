"""The transcript of a Space: its page, its files, and the changes that people make to it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.viewer import signed_in
from captions import chapters, retention, transcript
from captions.actions import changing
from captions.forms import EditForm, KeepForm, SearchForm
from captions.models import Change
from core import rates, responses
from core.refusals import Refusal
from spaces.models import Space
from spaces.room import read_access
from spaces.viewer import Viewer
from spaces.views.decorators import cleaned

ChangeView = Callable[..., None]
FORMATS = {
    "txt": ("text/plain", transcript.as_text),
    "vtt": ("text/vtt", transcript.as_webvtt),
    "json": ("application/json", transcript.as_json),
}
CHANGES = "60/10 seconds"
DOWNLOADS = "30/minute"
CHANGES_SHOWN = 100


@require_GET
def page(request: HttpRequest, space_id: str) -> HttpResponse:
    """Render the transcript. `q` and `speaker` search in it; `from` is the id of the first line."""
    space = _space(space_id)
    viewer = Viewer.of(request.user, request.session)
    spoke = viewer.user is not None and space.lines.filter(speaker=viewer.user).exists()
    if refused := read_access.access_of(space, viewer).refused:
        if spoke:
            return render(request, "captions/withdrawal.html", {"space": space, "why": refused})
        return redirect(space)  # its page shows the reason
    form = SearchForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    words, speaker, start = asked.get("q", ""), asked.get("speaker", ""), asked.get("from") or 0
    found = transcript.passage(space, viewer.user, words=words, speaker=speaker, start=start)
    hosts = changing.may_change_all(space, viewer.user)
    parts = None if words or speaker else chapters.contents(space, viewer.user)
    shown = {line.pk for line in found.lines}
    rows = [
        {
            "line": line,
            "clock": transcript.clock(transcript.since_start(space, line.started_at)),
            "next_turn": parts and _jump(parts.next_turns.get(line.pk), shown),
            "own": viewer.user is not None and line.speaker_id == viewer.user.pk,
            "may_change": hosts or (viewer.user is not None and line.speaker_id == viewer.user.pk),
        }
        for line in found.lines
    ]
    changes = Change.objects.filter(space=space).select_related("speaker", "by") if hosts else None
    days = retention.days_kept(space)
    context = {
        "space": space,
        "rows": rows,
        "chapters": [(each, _jump(each.line_id, shown)) for each in parts.chapters]
        if parts
        else [],
        "found": found,
        "q": words,
        "speaker": speaker,
        "start": start,
        "spoke": spoke,
        "hosts": hosts,
        "changes": changes[:CHANGES_SHOWN] if changes is not None else [],
        "days": days,
        "kept": "longest" if days is None else str(days),
        "keep_choices": KeepForm.CHOICES,
    }
    return render(request, "captions/transcript.html", context)


def _jump(line_id: int | None, shown: set[int]) -> str:
    """Return a link to a line, on this page if the page shows it; "" for None."""
    if line_id is None:
        return ""
    return f"#line-{line_id}" if line_id in shown else f"?from={line_id}#line-{line_id}"


@require_GET
def download(request: HttpRequest, space_id: str, extension: str) -> HttpResponse:
    space = _space(space_id)
    viewer = Viewer.of(request.user, request.session)
    if extension not in FORMATS:
        raise Http404
    try:
        read_access.require_room(space, viewer)
        rates.spend(DOWNLOADS, "transcript_file", viewer.key)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=space)
    media_type, write = FORMATS[extension]
    lines = transcript.lines_for(space, viewer.user).iterator(chunk_size=500)
    response = HttpResponse(
        "".join(write(space, lines)), content_type=f"{media_type}; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{space.public_id}.{extension}"'
    patch_cache_control(response, private=True, no_store=True)  # words may be withdrawn
    return response


def change(
    message: str, *, for_readers: bool = True
) -> Callable[[ChangeView], Callable[..., HttpResponse]]:
    """Turn `body(request, space, user, **kwargs)`, which changes a transcript, into a POST view.
    With `for_readers`, the view is only for people who may read the Space. The action checks whose
    words they may change."""

    def decorate(body: ChangeView) -> Callable[..., HttpResponse]:
        @require_POST
        @login_required
        @wraps(body)
        def view(request: HttpRequest, space_id: str, **kwargs: object) -> HttpResponse:
            user = signed_in(request)
            space = _space(space_id)
            to = responses.page_before(request) or reverse("captions:transcript", args=[space_id])
            try:
                rates.spend(CHANGES, "transcript", user.key)
                if for_readers:
                    read_access.require_room(space, Viewer(user))
                body(request, space, user, **kwargs)
            except Refusal as refusal:
                return responses.refuse(request, refusal, to=to)
            return responses.done(request, to=to, message=message)

        return view

    return decorate


@change("Changed")
def edit(request: HttpRequest, space: Space, user: User, line_id: int) -> None:
    text = str(cleaned(EditForm(request.POST))["text"])
    changing.edit(space, line_id=line_id, text=text, by=user)


@change("Deleted")
def delete(request: HttpRequest, space: Space, user: User, line_id: int) -> None:
    changing.delete(space, line_id=line_id, by=user)


@change("Everything that you said is deleted", for_readers=False)  # also if they were removed
def withdraw_all(request: HttpRequest, space: Space, user: User) -> None:
    changing.withdraw_all(space, speaker=user)


@change("Saved")
def keep(request: HttpRequest, space: Space, user: User) -> None:
    if not changing.may_change_all(space, user):
        raise Refusal("not_allowed", "Only hosts decide how long it is kept.", status=403)
    changing.keep(space, days=KeepForm.days_of(cleaned(KeepForm(request.POST))))


def _space(space_id: str) -> Space:
    spaces = Space.objects.not_cancelled().exclude(started_at=None)
    return get_object_or_404(spaces.select_related("host"), public_id=space_id)
