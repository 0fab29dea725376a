"""Files of npm packages are collected as static files; the site also runs without them."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from config.node_files import NodeFiles
from spaces.room import hls
from tests.fixtures.stack import ROOT

LIBRARY = "packages/hls.js"
HASHED = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def read(name):
    [storage] = [storage for found, storage in NodeFiles().list([]) if found == name]
    with storage.open(name) as file:
        return file.read()


def test_hls_js_and_its_license_are_found():
    assert {name for name, _ in NodeFiles().list([])} == {LIBRARY, "packages/hls-license.txt"}
    assert finders.find(LIBRARY) == str(ROOT / "node_modules/hls.js/dist/hls.light.min.mjs")
    assert b"Apache License" in read("packages/hls-license.txt")


def test_hls_js_is_an_es_module_without_the_name_of_its_source_map():
    library = read(LIBRARY)
    assert b"sourceMappingURL" not in library
    assert b" as default" in library


def test_the_version_of_hls_js_is_exact():
    [version] = json.loads((ROOT / "package.json").read_text())["dependencies"].values()
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]["node_modules/hls.js"]
    assert locked["version"] == version
    assert locked["integrity"].startswith("sha512-")


def test_without_the_package_nothing_is_found(settings, tmp_path):
    settings.NODE_MODULES = tmp_path
    assert list(NodeFiles().list([])) == []
    assert not finders.find(LIBRARY)


@pytest.mark.parametrize("installed", [True, False])
def test_pages_get_the_address_of_hls_js_only_if_it_was_collected(settings, tmp_path, installed):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["config.node_files.NodeFiles"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": HASHED}}
    node_modules = settings.NODE_MODULES
    if not installed:
        settings.NODE_MODULES = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.NODE_MODULES = node_modules  # installed too late
    address = hls.library()
    assert bool(address) is installed
    assert re.fullmatch(r"/static/packages/hls\.[0-9a-f]{12}\.js|", address)


def test_pages_get_no_address_of_hls_js_if_hls_is_switched_off(settings):
    assert hls.library().startswith("/static/packages/hls.")
    settings.HLS = False
    assert hls.library() == ""
