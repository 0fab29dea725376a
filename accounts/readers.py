"""The person who reads a page, as a value of prepared queries (core/prepared_queries.py)."""

from accounts.models import User


def id_of(reader: object) -> int | None:
    """Return the id of a signed-in person, and None for anybody else."""
    return reader.pk if isinstance(reader, User) else None


def with_id(reader_id: int | None) -> User | None:
    """Return a User for filters, of which only the id is set; None for a stranger."""
    return None if reader_id is None else User(pk=reader_id)
