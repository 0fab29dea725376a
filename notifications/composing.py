"""Compose deliveries just before they are sent, unless they should not be sent any more."""

from collections.abc import Sequence

from accounts.blocking import pairs_between
from accounts.models import User
from notifications import muting, registry
from notifications.models import Broadcast, Delivery
from notifications.registry import Content


class Skipped(Exception):
    """The delivery should not be sent any more; the message is the reason, for staff."""


class Composer:
    """Composes the deliveries of a chunk, with few queries for all of them together."""

    def __init__(self, rows: Sequence[Delivery]) -> None:
        self._user_ids = {row.user_id for row in rows}
        self._blocked: dict[int, set[int]] = {}  # actor: recipients who block them or vice versa
        self._muting: dict[int, set[int]] = {}  # actor: recipients who mute them
        self._cancelled = _cancelled({row.subject for row in rows if row.position})

    def compose(self, row: Delivery) -> Content:
        """Return the content of a delivery; raise Skipped if it should not be sent any more."""
        kind = registry.kind(row.kind)
        if not row.user.is_active:
            raise Skipped("their account is closed")
        if row.user.is_suspended and not kind.to_suspended:
            raise Skipped("they are suspended")
        if (row.kind, row.subject) in self._cancelled:
            raise Skipped("cancelled")
        if not kind.is_composed:
            advice = (kind.advice,) if kind.advice else ()
            content = Content(row.text, row.url, kind.title, row.actor, advice)
        else:
            composed = kind.content(row.subject, row.user, row.channel)
            if composed is None:
                raise Skipped("no longer true")
            content = composed
        self._check_actor(row, content.actor)
        if kind.may_be_muted:
            self._check_muting(row, content.actor)
        return content

    def _check_actor(self, row: Delivery, actor: User | None) -> None:
        if actor is None:
            return
        if not actor.is_active or actor.is_suspended:
            raise Skipped("it is about a person who is suspended or closed their account")
        if actor.pk not in self._blocked:
            pairs = pairs_between({actor.pk}, self._user_ids)
            self._blocked[actor.pk] = {other for one, other in pairs if one == actor.pk}
        if row.user_id in self._blocked[actor.pk]:
            raise Skipped("blocked")

    def _check_muting(self, row: Delivery, actor: User | None) -> None:
        if actor is None:
            return
        if actor.pk not in self._muting:
            self._muting[actor.pk] = muting.users_who_mute(actor.pk, self._user_ids)
        if row.user_id in self._muting[actor.pk]:
            raise Skipped("muted")


def _cancelled(subjects: set[str]) -> set[tuple[str, str]]:
    if not subjects:
        return set()
    found = Broadcast.objects.filter(subject__in=subjects, state=Broadcast.State.CANCELLED)
    return set(found.values_list("kind", "subject"))
