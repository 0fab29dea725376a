"""Kinds for tests, e.g. "news", which is sent to everyone, and "gone", which is always outdated
when it is composed."""

from datetime import timedelta

from accounts.models import User
from notifications.registry import EMAIL, PAGE, PUSH, Content, Kind


def audience(subject, after, limit):
    people = User.objects.filter(pk__gt=after).order_by("pk")[:limit]
    return [(person.pk, person.pk) for person in people]


def by_host(subject, recipient):
    return Content(text="It is live", actor=User.objects.filter(handle=subject).first())


KINDS = (
    Kind(
        name="news",
        label="News",
        group="Spaces",
        channels={PUSH: True, EMAIL: False},
        audience=audience,
        compose=lambda subject, recipient: Content(text=f"{subject} for {recipient.handle}"),
    ),
    Kind(
        name="page_news",
        label="News on the page",
        group="Spaces",
        channels={PAGE: True},
        audience=audience,
        compose=lambda subject, recipient: Content(text=f"{subject} for {recipient.handle}"),
    ),
    Kind(
        name="mailed",
        label="News by e-mail",
        group="Spaces",
        channels={EMAIL: True},
        audience=audience,
        compose=lambda subject, recipient: Content(text=subject, title=subject),
    ),
    Kind(
        name="gone",
        label="Gone",
        group="Spaces",
        channels={PUSH: True},
        compose=lambda subject, recipient: None,
    ),
    Kind(
        name="by_host",
        label="By a host",
        group="Spaces",
        channels={PUSH: True},
        compose=by_host,
    ),
    Kind(
        name="broken",
        label="Broken",
        group="Spaces",
        channels={PUSH: True},
        compose=lambda subject, recipient: 1 / 0,
    ),
    Kind(
        name="pushed",
        label="Pushed at once",
        group="Spaces",
        channels={PUSH: True},
        late_after=timedelta(minutes=15),
    ),
    Kind(
        name="to_suspended",
        label="Also to the suspended",
        group="Account",
        channels={PUSH: True},
        to_suspended=True,
    ),
)
