"""What `bin/run` prints when the site is ready."""

import pytest

from config.stack import _greeting

DEMO = {"HOST": "127.0.0.1", "PORT": "8000", "DEMO": "1", "LOG_FILE": "/var/log/spaces.log"}


def test_a_demo_names_the_page_that_shows_its_emails():
    assert "http://127.0.0.1:8000/outbox/" in _greeting(DEMO)


@pytest.mark.parametrize(
    "sending", [{"EMAIL_URL": "smtp://mail.example"}, {"EMAIL_PROVIDER": "postmark"}]
)
def test_a_demo_that_sends_its_emails_does_not_name_the_outbox(sending):
    assert "/outbox/" not in _greeting({**DEMO, **sending})
