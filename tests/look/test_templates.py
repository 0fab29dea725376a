"""What holds for every template, by reading them: the content policy, the sprite, the sheets."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from accounts.initials import PALETTES

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CSS = ROOT / "static" / "css"
PLACES = {"room", "spaces", "components", "templates"}  # whose parts meet in the room's page
SPRITE = ROOT / "templates" / "components" / "_icons.html"
ICON = re.compile(r"""{% icon "([a-z-]+)"|icon_name="([a-z-]+)\"""")


HARMLESS = re.compile(r'\bsrc=|type="application/json"')
ROOM = ROOT / "static" / "js" / "room"
BUTTONS = ("acts.js", "stage/stage-acts.js", "../dock.js")
ACTS = "\n".join(
    (ROOM / name).read_text() for name in ("acts.js", "stage/stage-acts.js", "../dock.js")
)
SCRIPT = "\n".join(path.read_text() for path in sorted(ROOM.rglob("*.js")))
PAGE = "\n".join(path.read_text() for path in TEMPLATES if path.parts[-2] in PLACES)


def named_icons() -> set[str]:
    found = (ICON.findall(template.read_text()) for template in TEMPLATES)
    return {one or other for pairs in found for one, other in pairs}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_nothing_that_the_content_policy_refuses(template):
    text = template.read_text()
    scripts = [tag for tag in re.findall(r"<script[^>]*>", text) if not HARMLESS.search(tag)]
    assert scripts + re.findall(r"\sstyle=|<style|\son[a-z]+=\"", text) == []


def test_every_icon_that_a_page_names_is_in_the_sprite_and_none_lies_there_unused():
    assert set(re.findall(r'<symbol id="icon-([a-z-]+)"', SPRITE.read_text())) == named_icons()


def test_the_one_style_sheet_imports_every_component_once():
    imported = re.findall(r'url\("components/([^"]+)"\)', (CSS / "app.css").read_text())
    assert sorted(imported) == sorted(path.name for path in (CSS / "components").glob("*.css"))


def test_every_palette_has_its_two_hues():
    drawn = re.findall(
        r'\[data-palette="(\d+)"\] \{\s*--hue: (\d+);\s*--hue-2: (\d+);',
        (CSS / "components" / "palette.css").read_text(),
    )
    assert [int(palette) for palette, *_ in drawn] == list(range(PALETTES))
    hues = {int(hue) for _, *pair in drawn for hue in pair}
    assert hues & set(range(51, 130)) == set()  # white letters drown there


def test_the_room_has_every_place_that_its_script_paints():
    painted = re.findall(r'\b(?:part|parts|write|dialog)\([^()]*?, "([a-z-]+)"', SCRIPT)
    there = re.findall(r'data-part="([a-z-]+)"', PAGE)
    assert set(painted) - set(there) == set()


def test_every_button_of_the_room_does_something():
    named = re.findall(r'data-act="([a-z-]+)"', PAGE)
    done = re.findall(r'^ +"?([a-z-]+)"?: (?:async |about)?\(', ACTS, re.MULTILINE)
    docked = re.findall(r'"(dock-[a-z]+)"', ACTS)
    assert set(named) - set(done) - set(docked) - {"close", "theme"} == set()


def test_every_notice_has_an_occasion():
    told = re.findall(r'data-notice="([a-z-]+)"', PAGE)
    assert [code for code in told if f'"{code}"' not in SCRIPT] == []
