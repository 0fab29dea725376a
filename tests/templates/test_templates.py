"""Rules for every template: the content security policy, the icons and the style sheets."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from accounts.initials import PALETTES

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CSS = ROOT / "static" / "css"
ROOM_FOLDERS = {
    "room",
    "spaces",
    "captions",
    "components",
    "templates",
}  # with parts of the room's page
SPRITE = ROOT / "templates" / "components" / "_icons.html"
ICON = re.compile(r"""{% icon "([a-z-]+)"|icon_name="([a-z-]+)\"""")


ALLOWED_SCRIPT = re.compile(r'\bsrc=|type="application/json"')
ROOM = ROOT / "static" / "js" / "room"
BUTTONS = (
    "button-handlers.js",
    "stage/stage-button-handlers.js",
    "captions/captions-button-handlers.js",
    "../dock.js",
)
HANDLERS = "\n".join((ROOM / name).read_text() for name in BUTTONS)
SCRIPT = "\n".join(path.read_text() for path in sorted(ROOM.rglob("*.js")))
PAGE = "\n".join(path.read_text() for path in TEMPLATES if path.parts[-2] in ROOM_FOLDERS)


def named_icons() -> set[str]:
    found = (ICON.findall(template.read_text()) for template in TEMPLATES)
    return {one or other for pairs in found for one, other in pairs}


PAGES = [path for path in TEMPLATES if path.parts[-2] != "email"]  # e-mails need inline styles


@pytest.mark.parametrize("template", PAGES, ids=lambda path: path.name)
def test_a_template_contains_nothing_that_the_content_policy_refuses(template):
    text = template.read_text()
    scripts = [tag for tag in re.findall(r"<script[^>]*>", text) if not ALLOWED_SCRIPT.search(tag)]
    assert scripts + re.findall(r"\sstyle=|<style|\son[a-z]+=\"", text) == []


@pytest.mark.parametrize("template", PAGES, ids=lambda path: path.name)
def test_a_handle_is_isolated_because_right_to_left_text_would_move_its_sign(template):
    text = re.sub(r"{% block title %}.*|<option .*", "", template.read_text())  # contain no markup
    assert re.findall(r'(?<!<bdi dir="ltr">)@{{', text) == []


def test_the_sprite_contains_exactly_the_icons_that_pages_use():
    assert set(re.findall(r'<symbol id="icon-([a-z-]+)"', SPRITE.read_text())) == named_icons()


def test_the_style_sheet_imports_every_component_once():
    imported = re.findall(r'url\("components/([^"]+)"\)', (CSS / "app.css").read_text())
    assert sorted(imported) == sorted(path.name for path in (CSS / "components").glob("*.css"))


def test_every_palette_has_two_hues():
    rules = re.findall(
        r'\[data-palette="(\d+)"\] \{\s*--hue: (\d+);\s*--hue-2: (\d+);',
        (CSS / "components" / "palette.css").read_text(),
    )
    assert [int(palette) for palette, *_ in rules] == list(range(PALETTES))
    hues = {int(hue) for _, *pair in rules for hue in pair}
    assert hues & set(range(51, 130)) == set()  # white letters are unreadable on these


def test_the_room_page_has_every_part_that_its_script_updates():
    updated = re.findall(r'\b(?:part|parts|write|dialog)\([^()]*?, "([a-z-]+)"', SCRIPT)
    present = re.findall(r'data-part="([a-z-]+)"', PAGE)
    assert set(updated) - set(present) == set()


def test_every_button_of_the_room_has_a_handler():
    used = re.findall(r'data-act="([a-z-]+)"', PAGE)
    handled = re.findall(r'^ +"?([a-z-]+)"?: (?:async |about)?\(', HANDLERS, re.MULTILINE)
    docked = re.findall(r'"(dock-[a-z]+)"', HANDLERS)
    assert set(used) - set(handled) - set(docked) - {"close", "theme"} == set()


def test_every_notice_is_used_by_the_script():
    notices = re.findall(r'data-notice="([a-z-]+)"', PAGE)
    assert [code for code in notices if f'"{code}"' not in SCRIPT] == []
