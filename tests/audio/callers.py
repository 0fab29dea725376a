"""Callers for tests: each person has a browser session of their own."""

from audio.caller import Caller


def caller(person: str, session: str = "", address: str = "") -> Caller:
    session = session or f"the session of {person}"
    return Caller(person=person, session=session, address=address)
