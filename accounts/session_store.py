"""Sessions in the database, read with a prepared query (settings.SESSION_ENGINE)."""

from collections.abc import Sequence
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from core.prepared_queries import CurrentTime, prepared


class SessionStore(db.SessionStore):
    _session_cache: dict[str, Any]  # what Django loads at the first access

    def _get_session_from_db(self) -> Any:
        found = _unexpired(self.session_key) if self.session_key else []
        if not found:
            self._session_key = None  # as in Django: a key that nobody has is never reused
            return None
        return found[0]

    @classmethod
    def load_all(cls, stores: "Sequence[SessionStore]") -> None:
        """Load these sessions with one query. Each then has the data that it would load itself."""
        keys = {store.session_key for store in stores if store.session_key}
        data = dict(_data_of(sorted(keys))) if keys else {}
        for store in stores:
            if store.session_key in data:
                store._session_cache = store.decode(data[store.session_key])
            else:
                store._session_key, store._session_cache = None, {}


@prepared
def _data_of(keys: list[str]) -> "QuerySet[Session, tuple[str, str]]":
    unexpired = Session.objects.filter(session_key__in=keys, expire_date__gt=CurrentTime())
    return unexpired.values_list("session_key", "session_data")


@prepared
def _unexpired(key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=CurrentTime())
