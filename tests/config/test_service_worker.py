"""The service worker's script, what it keeps, and the manifest of the app."""

import json
import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from PIL import Image

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


def test_the_service_worker_names_only_scripts_and_pictures_that_exist(client, db):
    script = client.get("/service-worker.js").text
    files = re.findall(rf'"{settings.STATIC_URL}([^"]+)"', script)
    assert {"js/worker/offline.js", "js/worker/push.js", "img/badge-96.png"} <= set(files)
    assert all(finders.find(name) for name in files)


def test_the_app_can_be_installed_with_an_icon_of_each_purpose():
    folder = Path(finders.find("img/site.webmanifest")).parent
    manifest = json.loads((folder / "site.webmanifest").read_text())
    assert (manifest["display"], manifest["start_url"]) == ("standalone", "/")
    found = set()
    for icon in manifest["icons"]:
        with Image.open(folder / icon["src"]) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
            is_opaque = "A" not in picture.mode
        found.add((icon["purpose"], icon["sizes"], is_opaque))
    # A maskable icon is cut to the shape of the system's icons, so it must have a background.
    assert found == {
        (purpose, size, purpose == "maskable")
        for purpose in ("any", "maskable")
        for size in ("192x192", "512x512")
    }
