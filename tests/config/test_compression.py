"""Pages and JSON are compressed; pictures are not compressed again."""

import gzip

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.compression import compress
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


def test_compressed_content_is_padded_and_can_be_read():
    page = b"<p>Hello</p>" * 100
    lengths = [len(compress(page, padding=padding)) for padding in (0, 7)]
    assert lengths[1] - lengths[0] == 7
    assert gzip.decompress(compress(page, padding=7)) == page
