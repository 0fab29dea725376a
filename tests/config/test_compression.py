"""Pages and JSON are compressed; pictures are not compressed again."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.factories import make_user

pytestmark = pytest.mark.django_db
HEADERS = {"Accept-Encoding": "gzip, br"}


def test_pages_and_json_are_compressed(client):
    client.force_login(make_user("ana"))
    for address in ("/settings/", "/oembed/?url=http://testserver/@ana/"):
        assert client.get(address, headers=HEADERS)["Content-Encoding"] == "gzip"
        assert not client.get(address).has_header("Content-Encoding")


def test_a_picture_is_not_compressed_again(client):
    name = default_storage.save("posts/sea.webp", ContentFile(bytes(1_000)))
    answer = client.get(f"/media/{name}", headers=HEADERS)
    assert (answer.status_code, answer["Content-Length"]) == (200, "1000")
    assert not answer.has_header("Content-Encoding")
    answer.close()
    default_storage.delete(name)
