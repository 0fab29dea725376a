"""Sessions in the database, read with a prepared query (settings.SESSION_ENGINE)."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from core.prepared_queries import CurrentTime, prepared


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        found = _unexpired(self.session_key) if self.session_key else []
        if not found:
            self._session_key = None  # as in Django: a key that nobody has is never reused
            return None
        return found[0]


@prepared
def _unexpired(key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=CurrentTime())
