"""An invalid Content-Length is refused, whichever view reads the body."""

import pytest

from tests.factories import make_user, signed_in


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/billing/webhook/", "/payouts/start/"])
def test_an_invalid_content_length_is_refused(path):
    person = signed_in(make_user())
    statuses = [
        person.post(
            path,
            b"country=de",
            content_type="application/x-www-form-urlencoded",
            headers={"Content-Length": length},
        ).status_code
        for length in ("abc", "12x", "-1", "+1", "1.5", "1_0", "٣", "9" * 5000)
    ]
    assert statuses == [400] * 8


def test_scripts_get_an_error_code_for_an_invalid_content_length(client):
    headers = {"Content-Length": "abc", "Accept": "application/json"}
    assert client.post("/billing/webhook/", headers=headers).json()["code"] == "bad_request"
