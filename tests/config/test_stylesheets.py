"""Style sheets contain no rules that are known to break a browser."""

import re

from tests.fixtures.stack import ROOT

ANCHORED = ("position-anchor", "position-area", "position-try")


def rules_with(properties: tuple[str, ...], css: str) -> list[str]:
    """The selectors of the rules that set one of these properties."""
    found, opened = [], []
    for text, end in re.findall(r"([^{};]*)([{};])", re.sub(r"/\*.*?\*/", "", css, flags=re.S)):
        if end == "{":
            opened.append(text.strip())
            continue
        if text.strip().startswith(properties):
            found.append(opened[-1])
        if end == "}":
            opened.pop()
    return found


def test_rules_that_set_a_property_are_found() -> None:
    css = "a { top: 0; position-area: top; } @media (x) { b { top: 0 } c { position-anchor: --x } }"
    assert rules_with(ANCHORED, css) == ["a", "c"]


def test_only_open_popovers_are_positioned_by_an_anchor() -> None:
    """WebKit freezes the tab when the container of a closed popover becomes `display: none`."""
    sheets = [path.read_text() for path in (ROOT / "static" / "css").rglob("*.css")]
    anchored = [rule for sheet in sheets for rule in rules_with(ANCHORED, sheet)]
    assert anchored
    assert [rule for rule in anchored if not rule.endswith(":popover-open")] == []
