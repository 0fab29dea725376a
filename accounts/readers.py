"""Pass the person who reads a page to prepared queries (core/prepared_queries.py), by their id."""

from accounts.models import User


def id_of(reader: object) -> int | None:
    """Return the id of a signed-in person, and None for anybody else."""
    return reader.pk if isinstance(reader, User) else None


def with_id(reader_id: int | None) -> User | None:
    """Return a User with only the id set, for filters; None for anybody who is signed out."""
    return None if reader_id is None else User(pk=reader_id)
