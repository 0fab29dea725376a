"""What a log line holds, and what it must never hold."""

import json
import subprocess
import sys

import pytest

from config.request_log import RequestLog

PREPARE = """
import logging.config, structlog
from config.logs import log_settings
logging.config.dictConfig(log_settings(format="json", level="INFO"))
"""


def lines_of(code):
    """The log of a process of its own, since logging is one for the whole process."""
    command = [sys.executable, "-c", PREPARE + code]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in run.stderr.splitlines()]


def test_a_line_is_one_json_object_from_either_kind_of_logger():
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


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/spaces/start/?next=/x", "GET /spaces/start/"),
        ("/accounts/confirm-email/MQ:1abc:sig/", "GET /accounts/confirm-email/…"),
        ("/accounts/password/reset/key/1-abc-def/", "GET /accounts/password/reset/key/…"),
    ],
)
def test_a_request_is_told_without_its_secrets(rf, address, told):
    assert RequestLog.format_request(rf.get(address)) == told


def test_with_a_file_everything_stands_there_and_the_console_tells_of_warnings(tmp_path):
    file = tmp_path / "spaces.log"
    lines = lines_of(
        f"settings = log_settings(format='json', level='INFO', file={str(file)!r})\n"
        "logging.config.dictConfig(settings)\n"
        "structlog.get_logger('x').info('somebody_came')\n"
        "structlog.get_logger('x').warning('something_broke')\n"
    )
    assert [line["event"] for line in lines] == ["something_broke"]
    told = [json.loads(line)["event"] for line in file.read_text().splitlines()]
    assert told == ["somebody_came", "something_broke"]
