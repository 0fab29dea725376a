"""System checks: a demo must not be reachable from the internet, and no other site may have demo
people, because their password is publicly known."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from accounts.demo import DOMAIN
from accounts.models import User

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


@register(Tags.security)
def demo_listens_on_loopback(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    if not settings.DEMO:
        return []
    return [
        Error(
            f"DEMO=1, but {setting} names a host other than this machine: {host!r}.",
            hint="Demo people have a known password. Set DEMO=0, or use only loopback hosts.",
            id="accounts.E001",
        )
        for setting, host in _hosts()
        if host not in LOOPBACK
    ]


@register(Tags.database)
def no_demo_people_outside_the_demo(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: object,
) -> list[CheckMessage]:
    """Refuse a demo's database in production, because its passwords are publicly known."""
    if settings.DEMO:
        return []
    table = User._meta.db_table
    return [
        Error(
            "This database contains demo people, and DEMO is off.",
            hint="Their password is known. Start with an empty database.",
            id="accounts.E002",
        )
        for alias in databases or ()
        if table in connections[alias].introspection.table_names()
        and User.objects.using(alias).filter(email__endswith=f"@{DOMAIN}", is_active=True).exists()
    ]


def _hosts() -> Iterator[tuple[str, str]]:
    for host in settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS", host
    for setting in ("BASE_URL", "ALLOWED_ORIGINS"):
        value = getattr(settings, setting)
        for url in [value] if isinstance(value, str) else value:
            yield setting, urlsplit(url).hostname or url
