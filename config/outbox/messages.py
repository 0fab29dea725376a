"""Read the e-mails in settings.OUTBOX."""

import email
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Message:
    name: str  # of its file, without ".eml"
    sent_at: datetime
    content: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.content["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.content["To"] or "")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, subtype: str) -> str:
        part = self.content.get_body(preferencelist=(subtype,))
        return str(part.get_content()) if part else ""


def newest(count: int) -> list[Message]:
    return list(_read(sorted(settings.OUTBOX.glob("*.eml"), reverse=True)[:count]))


def find(name: str) -> Message | None:
    """Return the e-mail in the file `name`; None if there is none, or if `name` contains a path."""
    if Path(name).name != name:
        return None
    return next(_read([settings.OUTBOX / f"{name}.eml"]), None)


def _read(paths: list[Path]) -> Iterator[Message]:
    for path in paths:
        try:
            content = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        except FileNotFoundError:
            continue  # deleted in the meantime, because newer ones arrived
        sent_at = datetime.fromtimestamp(int(path.stem.split("-")[0]) / 1e9, tz=UTC)
        yield Message(path.stem, sent_at, content)
