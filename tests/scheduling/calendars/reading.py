"""The URLs of calendars, and a strict parser: vobject, which the site doesn't use itself."""

import vobject

from scheduling.calendars import feeds

LONGEST_LINE = 75  # octets, without the line end (RFC 5545, section 3.1)


def read(body: bytes):
    """Check the line format of a calendar, then parse and validate it with vobject."""
    text = body.decode()
    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.split("\r\n")
    assert not [line for line in lines if "\n" in line or "\r" in line]
    assert max(len(line.encode()) for line in lines) <= LONGEST_LINE
    calendar = vobject.readOne(text)
    assert calendar.validate(raiseException=True)
    assert calendar.version.value == "2.0"
    assert calendar.method.value == "PUBLISH"
    return calendar


def events(body: bytes):
    """Return the events by the public id of their Space."""
    return {
        event.url.value.rstrip("/").rpartition("/")[2]: event
        for event in getattr(read(body), "vevent_list", [])
    }


def only(body: bytes):
    (event,) = events(body).values()
    return event


def file_of(space):
    return f"/spaces/{space.public_id}/calendar.ics"


def feed_of(person):
    """Create the private feed of a person, and return its URL."""
    return f"/schedule/calendar/{feeds.replace_token(person)}.ics"
