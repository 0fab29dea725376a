"""The service worker's script and what it keeps."""

import json
import re

from django.conf import settings
from django.contrib.staticfiles import finders

KEPT = re.compile(r"^self\.kept = (?P<kept>\{.*\});$", re.M)


def test_the_service_worker_keeps_the_offline_page_and_files_that_exist(client, db):
    response = client.get("/service-worker.js")
    assert response["Content-Type"] == "text/javascript"
    found = KEPT.search(response.content.decode())
    assert found
    kept = json.loads(found["kept"])
    assert client.get(kept["page"]).status_code == 200
    names = [file.removeprefix(settings.STATIC_URL) for file in kept["files"]]
    assert names
    assert all(finders.find(name) for name in names)


def test_the_offline_page_is_the_same_for_everyone(client, ana):
    signed_out = client.get("/offline/").content
    client.force_login(ana)
    assert client.get("/offline/").content == signed_out
