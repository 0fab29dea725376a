"""Templates obey the order of the apps (docs/architecture.md): none uses one of a higher-level
app."""

import re
from pathlib import Path

from django.conf import settings

LAYERS = (
    {"core"},
    {"accounts", "audio", "components", "allauth", "account", "mfa", "usersessions"},
    {"notifications"},
    {"safety"},
    {"spaces"},
    {"timeline", "scheduling", "billing", "captions", "recording"},
)
LEVELS = {app: level for level, apps in enumerate(LAYERS) for app in apps}
INCLUDED = re.compile(r'{% (?:include|cached_include|extends) "([\w-]+)/')
LOADED = re.compile(r"{% load ([^%]+) %}")
RENDERED = re.compile(r'"([a-z]+)/[\w/-]+\.(?:html|txt)"')


def templates():
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        folders = path.relative_to(settings.BASE_DIR / "templates").parts[:-1]
        if folders and folders[0] in LEVELS:
            yield folders[0], path


def too_high(app, others):
    return sorted(other for other in others if LEVELS.get(other, 0) > LEVELS[app])


def test_no_template_includes_one_of_a_higher_level_app():
    found = {
        str(path): too_high(app, INCLUDED.findall(path.read_text())) for app, path in templates()
    }
    assert {path: apps for path, apps in found.items() if apps} == {}


def test_no_template_loads_tags_of_a_higher_level_app():
    home = {
        path.stem: path.parts[-3] for path in Path(settings.BASE_DIR).glob("*/templatetags/*.py")
    }
    found = {}
    for app, path in templates():
        names = " ".join(LOADED.findall(path.read_text())).split()
        found[str(path)] = too_high(app, [home[name] for name in names if name in home])
    assert {path: apps for path, apps in found.items() if apps} == {}


def test_no_module_renders_a_template_of_a_higher_level_app():
    found = {}
    for app in LEVELS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            found[str(path)] = too_high(app, RENDERED.findall(path.read_text()))
    assert found
    assert {path: apps for path, apps in found.items() if apps} == {}
