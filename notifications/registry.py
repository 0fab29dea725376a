"""The kinds of notifications. Each app declares its own in `kinds.py`; settings.NOTIFICATION_KINDS
lists them.

A kind defines its label, its default channels, how late it may be sent, and more. The code that
sends notifications depends on no particular kind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User

PAGE, PUSH, EMAIL = "page", "push", "email"  # the names of channels in settings

LATE_AFTER = timedelta(minutes=15)
DAYS = timedelta(days=3)  # for notifications that are still useful days later


@dataclass(frozen=True)
class Attachment:
    """A file that is attached to an e-mail."""

    name: str
    type: str  # e.g. "image/png"
    data: bytes


@dataclass(frozen=True)
class Content:
    """The content of a notification. `title` is the subject of an e-mail and the first line of a
    push message; `lines` are further paragraphs of an e-mail."""

    text: str
    url: str = ""  # a path of this site
    title: str = ""
    actor: User | None = None  # the person whose picture is shown
    lines: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


# Return the content of a kind for a subject and a recipient, or None if it is no longer true.
Compose = Callable[[str, User], Content | None]
# The same for a subject, a recipient and the name of the channel.
ComposeFor = Callable[[str, User, str], Content | None]
# audience(subject, after, limit): return the recipients of a broadcast with this subject as
# (position, user id), in the order of their positions: at most `limit`, with positions > `after`.
Audience = Callable[[str, int, int], list[tuple[int, int]]]


@dataclass(frozen=True)
class Kind:
    name: str
    label: str  # in the preferences: "Someone mentions me"
    group: str  # in the preferences: "Spaces", "People" or "Account"; with "", it is not listed
    # The channels that are offered, and whether each is on by default.
    channels: Mapping[str, bool] = field(default_factory=lambda: {PAGE: True, PUSH: True})
    required: frozenset[str] = frozenset()  # channels that can't be turned off
    urgent: bool = False  # ignores quiet hours
    social: bool = False  # may be collected in a digest
    grouped: bool = False  # "Ben and 3 others", while the notification is unread
    may_be_muted: bool = False  # not sent about people whom the recipient mutes
    to_suspended: bool = False  # also sent to people who are suspended
    late_after: timedelta = LATE_AFTER
    title: str = ""
    advice: str = ""  # a last paragraph of e-mails: what to do
    compose: Compose | None = None
    # Used instead of `compose` if the content depends on what was sent through the channel before.
    compose_for: ComposeFor | None = None
    audience: Audience | None = None

    @property
    def is_composed(self) -> bool:
        """Whether the content is composed when the notification is sent, not when it is planned."""
        return self.compose is not None or self.compose_for is not None

    def content(self, subject: str, user: User, channel: str) -> Content | None:
        if self.compose_for is not None:
            return self.compose_for(subject, user, channel)
        return self.compose(subject, user) if self.compose is not None else None

    def late_at(self, due_at: datetime) -> datetime:
        return due_at + self.late_after

    def may_be_turned_off(self, channel: str) -> bool:
        return channel in self.channels and channel not in self.required


class UnknownKind(LookupError):
    """No app declares a kind with this name."""


def kind(name: str) -> Kind:
    try:
        return kinds()[name]
    except KeyError:
        raise UnknownKind(name) from None


def kinds() -> dict[str, Kind]:
    """Return all kinds by name, in the order of the setting."""
    return _load(tuple(settings.NOTIFICATION_KINDS))


@cache
def _load(paths: tuple[str, ...]) -> dict[str, Kind]:
    return {kind.name: kind for path in paths for kind in import_string(path)}
