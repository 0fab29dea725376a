"""No line is so long that a reader must scroll sideways."""

from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LONGEST = 160  # characters; ruff allows fewer in Python, except in generated migrations
CODE = {".css", ".html", ".js", ".mjs", ".py", ".svg", ".txt"}
FOLDERS = sorted(
    path.name
    for path in ROOT.iterdir()
    if path.is_dir() and path.name[0] != "." and path.name not in {"node_modules", "var"}
)


def is_ours(path: Path) -> bool:
    return not {"__pycache__", "migrations", "node_modules"} & set(path.parts)


def long_lines(path: Path) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > LONGEST
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_line_is_longer_than_160_characters(folder):
    files = sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in CODE)
    assert [line for path in files if is_ours(path) for line in long_lines(path)] == []
