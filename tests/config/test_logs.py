"""What a log line contains, and what it must never contain."""

import json
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.converters import SlugConverter, StringConverter

from config.logs import log_settings
from config.request_log import RequestLog

PREPARE = """
import logging.config, structlog
from config.logs import log_settings
logging.config.dictConfig(log_settings(format="json", level="INFO"))
"""


def output_of(code):
    """Run code in its own process, since logging is configured per process; return its log."""
    command = [sys.executable, "-c", PREPARE + code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


def lines_of(code):
    return [json.loads(line) for line in output_of(code).splitlines()]


def test_both_kinds_of_loggers_write_one_json_object_per_line():
    lines = lines_of(
        "structlog.get_logger('spaces.live').info('socket_lost', space='abc')\n"
        "logging.getLogger('celery').warning('Retry in %s s', 3)\n"
    )
    assert [{key: line[key] for key in line if key != "timestamp"} for line in lines] == [
        {"event": "socket_lost", "space": "abc", "logger": "spaces.live", "level": "info"},
        {"event": "Retry in 3 s", "logger": "celery", "level": "warning"},
    ]


@pytest.mark.parametrize("logger", ["logging.getLogger('x')", "structlog.get_logger('x')"])
def test_a_traceback_shows_no_local_variables(logger):
    (line,) = lines_of(
        "password = 'pass' + 'phrase'\n"
        "try: 1 / 0\n"
        f"except ZeroDivisionError: {logger}.exception('sign_in_failed')\n"
    )
    assert line["exception"][0]["exc_type"] == "ZeroDivisionError"
    assert "passphrase" not in json.dumps(line)


def test_a_request_is_logged_without_its_query(rf):
    assert RequestLog.format_request(rf.get("/spaces/start/?next=/x")) == "GET /spaces/start/"


SECRET = "1-SECRET-5c4"
SECRET_URLS = {  # every URL whose path contains a secret
    "account_confirm_email": f"/accounts/confirm-email/{SECRET}/",
    "account_reset_password_from_key": f"/accounts/password/reset/key/{SECRET}/",
    "keep_account": f"/settings/keep/{SECRET}/",
    "private_feed": f"/schedule/calendar/{SECRET}.ics",
    "unsubscribe": f"/notifications/unsubscribe/{SECRET}/",
    "claim": f"/tickets/claim/{SECRET}/",
    "hls": f"/spaces/hls/{SECRET}/aSpace/live.m3u8",
    "hls_access": f"/spaces/hls/{SECRET}/aSpace/access/",
}


@pytest.mark.parametrize("format", ["json", "console"])
def test_no_line_shows_the_secret_in_a_url(format):
    """This holds for every logger and for every part of the line."""
    shown = output_of(
        f"logging.config.dictConfig(log_settings(format={format!r}, level='INFO'))\n"
        f"for address in {list(SECRET_URLS.values())!r}:\n"
        "    logging.getLogger('csrf').warning('Forbidden (%s): %s', 'x', address)\n"
        "    structlog.get_logger('x').info('began', request='GET ' + address, seen=[address])\n"
        "    try: raise ValueError(f'https://spaces.example{address}?next=/')\n"
        "    except ValueError: logging.getLogger('x').exception('broken')\n"
    )
    assert SECRET not in shown
    for address in SECRET_URLS.values():
        assert shown.count(address.partition(SECRET)[0] + "…") >= 4


@pytest.mark.django_db
def test_djangos_csrf_warning_hides_the_secret_in_the_url(caplog):
    """Emit the real warning, and format it as the site does."""
    client = Client(enforce_csrf_checks=True)
    config = log_settings(format="json", level="INFO")["formatters"]["line"]
    formatter = config.pop("()")(**config)
    for name in SECRET_URLS.keys() - {"unsubscribe"}:  # it needs no CSRF token
        address = SECRET_URLS[name]
        caplog.clear()
        assert client.post(address).status_code == 403
        (record,) = [each for each in caplog.records if each.name == "django.security.csrf"]
        line = json.loads(formatter.format(record))
        assert line["event"].startswith("Forbidden (CSRF")
        assert line["event"].endswith(f": {address.partition(SECRET)[0]}…")


def test_every_url_with_a_secret_is_listed_here():
    """A new URL with a secret must be hidden too, in config/logs.py and deploy/nginx.conf."""
    found = {
        pattern.name
        for pattern in every_pattern(get_resolver().url_patterns)
        if SECRET_NAMES & free_text_parts(pattern)
    }
    assert {"account_confirm_email", "account_reset_password_from_key"} <= found <= set(SECRET_URLS)


ANY_TEXT = {StringConverter.regex, SlugConverter.regex}
SECRET_NAMES = {"token", "key", "code", "signature", "secret"}


def free_text_parts(pattern):
    """Return the names of the parts of a URL that may contain any text or slug."""
    converters = pattern.pattern.converters
    return {
        name
        for name in pattern.pattern.regex.groupindex
        if name not in converters or converters[name].regex in ANY_TEXT
    }


def every_pattern(patterns):
    for pattern in patterns:
        inner = getattr(pattern, "url_patterns", None)
        yield from every_pattern(inner) if inner is not None else [pattern]


def test_with_a_log_file_the_console_shows_only_warnings(tmp_path):
    file = tmp_path / "spaces.log"
    lines = lines_of(
        f"settings = log_settings(format='json', level='INFO', file={str(file)!r})\n"
        "logging.config.dictConfig(settings)\n"
        "structlog.get_logger('x').info('person_joined')\n"
        "structlog.get_logger('x').warning('something_broke')\n"
    )
    assert [line["event"] for line in lines] == ["something_broke"]
    events = [json.loads(line)["event"] for line in file.read_text().splitlines()]
    assert events == ["person_joined", "something_broke"]
