"""CSS classes are whole words; each is used on a page, and in a style sheet or a script."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def texts(folder: str, kind: str) -> list[str]:
    paths = sorted((ROOT / folder).rglob(f"*.{kind}"))
    # E-mails are not pages.
    return [path.read_text() for path in paths if path.parts[-2] != "email"]


TEMPLATES = texts("templates", "html")
TAGS = texts("core/templatetags", "py") + texts("accounts/templatetags", "py")
SHEETS, SCRIPTS = texts("static/css", "css"), texts("static/js", "js")

NAME = r"[a-z][a-z0-9-]*"
TAG = re.compile(r"{%.*?%}|{{.*?}}")
# A class attribute may contain template tags. Templates pass classes to an include as `look`, and
# to a layout in the block `shape`.
VALUES = re.compile(
    r'\bclass="((?:{%.*?%}|{{.*?}}|[^"{])*)"|\blook="([^"]*)"|{% block shape %}(.*?){%'
)
AVATAR_SIZE = re.compile(r"{% avatar [^%]*\bsize=(\d+)")
ICON_SIZE = re.compile(r"{% icon \S+ (\d+) %}")
SET_BY_SCRIPT = re.compile(r'className = "([^"]+)"|classList\.\w+\("([^"]+)"')
SET_BY_TAG = re.compile(r'class="([^"{]*)|"class": .*"([a-z -]+)", ')

# Django, htmx and Unfold (the theme of the admin) set or style these.
FOREIGN = {"errorlist", "htmx-request", "material-symbols-outlined"} | {
    *("dark", "field-line", "grow", "leading-relaxed", "readonly", "truncate")
}
SHORT_WORDS = {"as", "by", "in", "js", "no", "on", "or", "qr"}
ABBREVIATIONS = {
    *("acc", "act", "bg", "btn", "cnt", "col", "cols", "del", "desc", "div", "img", "lbl", "mic"),
    *("msg", "msgs", "nav", "num", "opt", "opts", "pic", "sec", "sep", "sub", "txt"),
}


def on_pages() -> set[str]:
    """The classes that templates, scripts and template tags give to elements."""
    found: set[str] = set()
    for text in TEMPLATES:
        values = " ".join(TAG.sub(" ", "".join(value)) for value in VALUES.findall(text))
        found |= {name for name in values.split() if not name.endswith("-")}
        found |= {f"size-{size}" for size in AVATAR_SIZE.findall(text)}
        found |= {f"icon-{size}" for size in ICON_SIZE.findall(text)}
    for pattern, code in ((SET_BY_SCRIPT, SCRIPTS), (SET_BY_TAG, TAGS)):
        values = " ".join("".join(value) for text in code for value in pattern.findall(text))
        found |= {name for name in values.split() if not name.endswith("-")}
    return found


def in_sheets() -> set[str]:
    plain = re.sub(r'/\*.*?\*/|"[^"]*"', "", "\n".join(SHEETS), flags=re.DOTALL)
    selectors = re.findall(r"([^{};]*){", plain)
    return {name for each in selectors for name in re.findall(rf"\.({NAME})", each)}


def selected_by_scripts() -> set[str]:
    return set(re.findall(rf'["\' (]\.({NAME})(?=["\' :,)\[])', "\n".join(SCRIPTS)))


def test_every_class_on_a_page_is_used_by_a_style_sheet_or_a_script():
    assert on_pages() - in_sheets() - selected_by_scripts() - FOREIGN == set()


def test_every_class_in_a_style_sheet_is_used_on_a_page():
    assert in_sheets() - on_pages() - FOREIGN == set()


def test_every_class_is_made_of_whole_words():
    parts = {part for name in on_pages() | in_sheets() for part in name.split("-")}
    short = {part for part in parts if len(part) < 3 and not part.isdigit()}
    assert short - SHORT_WORDS == set()
    assert parts & ABBREVIATIONS == set()
