"""Correcting, withdrawing and deleting lines, in a live Space and after its end.

Speakers correct and withdraw their own words, and the old words are deleted everywhere. Hosts edit
and delete the words of others, and can read the old texts in the list of changes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts.models import User
from captions import journal
from captions.actions.lines import cleaned
from captions.events import CaptionEdited, CaptionsDeleted
from captions.models import Change, Keeping, Line
from core.refusals import Refusal
from spaces.actions.locks import lock_space
from spaces.models import Role, Space
from spaces.permissions import MAY, Act, role_of
from spaces.room.publish import publish
from spaces.viewer import Viewer


class NoLine(Refusal):
    def __init__(self) -> None:
        super().__init__("no_line", "This caption doesn’t exist any more.", status=404)


class NotYourLine(Refusal):
    def __init__(self) -> None:
        message = "Only the person who said this, and the hosts, can change it."
        super().__init__("not_your_line", message, status=403)


def edit(space: Space, *, line_id: int, text: str, by: User) -> None:
    """Correct the text of a line. Raises NoLine, NotYourLine, or Refusal for an invalid text."""
    text = cleaned(text)
    if not text:
        raise Refusal("empty", "Write something, or delete the line.", status=400)
    with lock_captions(space):
        line = _changeable(space, line_id, by)
        if line.text == text:
            return
        _log(line, by, Change.Kind.EDITED)
        line.text, line.edited = text, True
        line.save(update_fields=["text", "edited"])
        journal.replace_text(space, [line.pk], text)
        if space.is_live:
            event = CaptionEdited(id=line.pk, who=line.speaker.key, text=text, by=by.key)
            publish(space, event, actor=by)


def delete(space: Space, *, line_id: int, by: User) -> None:
    """Delete a line. Raises NoLine or NotYourLine."""
    with lock_captions(space):
        line = _changeable(space, line_id, by)
        _log(line, by, Change.Kind.DELETED)
        _delete(space, line.speaker, [line.pk], by)


def remove(line: Line, *, by: User) -> None:
    """Delete a line with its earlier texts, as a member of the staff."""
    with lock_captions(line.space):
        Change.objects.filter(space=line.space_id, line_id=line.pk).delete()
        _delete(line.space, line.speaker, [line.pk], by)


def withdraw_all(space: Space, *, speaker: User) -> None:
    """Delete everything that this person said in the Space. Idempotent."""
    with lock_captions(space):
        ids = list(space.lines.filter(speaker=speaker).values_list("pk", flat=True))
        Change.objects.filter(space=space, speaker=speaker).delete()
        if ids:
            _delete(space, speaker, ids, speaker)


def keep(space: Space, *, days: int | None) -> None:
    """Choose for how many days after the end the transcript is kept; None: as long as possible. If
    the Space has ended and `days` is 0, delete the transcript now."""
    with lock_captions(space):
        Keeping.objects.update_or_create(space=space, defaults={"days": days})
        if days == 0 and space.is_ended:
            delete_transcripts([space.pk])


def delete_transcripts(space_ids: list[int]) -> int:
    """Delete everything that was said in these Spaces. Return the number of lines."""
    journal.delete_texts_of_spaces(space_ids)
    Change.objects.filter(space__in=space_ids).delete()
    deleted, _ = Line.objects.filter(space__in=space_ids).delete()
    return deleted


def may_change_all(space: Space, user: User | None) -> bool:
    """Return whether this person may change what others said: as a host, also after the end."""
    if user is None:
        return False
    if space.is_live:
        return Act.MANAGE_CAPTIONS in MAY[role_of(space, Viewer(user))]
    # After the end everyone has left the stage, so their last role counts.
    seats = space.participants.filter(user=user).order_by("joined_at", "id")
    last = seats.values_list("role", flat=True).last()
    has_right = last is not None and Act.MANAGE_CAPTIONS in MAY[Role(last)]
    return user.pk == space.host_id or has_right


@contextmanager
def lock_captions(space: Space) -> Iterator[None]:
    """Do the same as `lock_space`, but also for a Space that has ended."""
    with transaction.atomic():
        space.refresh_from_db(from_queryset=Space.objects.select_for_update(no_key=True))
        if space.is_live:
            with lock_space(space):
                yield
        else:
            yield


def _changeable(space: Space, line_id: int, by: User) -> Line:
    line = space.lines.select_related("speaker").filter(pk=line_id).first()
    if line is None:
        raise NoLine
    if line.speaker_id != by.pk and not may_change_all(space, by):
        raise NotYourLine
    return line


def _log(line: Line, by: User, kind: Change.Kind) -> None:
    """Store the old text for the hosts. If speakers change their own words, delete the texts that
    were stored before instead."""
    if line.speaker_id == by.pk:
        Change.objects.filter(space=line.space_id, line_id=line.pk).delete()
        return
    Change.objects.create(
        space=line.space,
        line_id=line.pk,
        speaker=line.speaker,
        by=by,
        kind=kind,
        old_text=line.text,
    )


def _delete(space: Space, speaker: User, ids: list[int], by: User) -> None:
    Line.objects.filter(pk__in=ids).delete()
    journal.replace_text(space, ids, "")
    if space.is_live:
        publish(space, CaptionsDeleted(ids=ids, who=speaker.key, by=by.key), actor=by)
