"""The licence is the standard text, and the project names the same licence everywhere."""

import hashlib
import tomllib

from tests.fixtures.stack import ROOT

# SHA-256 of https://www.gnu.org/licenses/agpl-3.0.txt
AGPL_3 = "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"


def test_the_licence_is_the_standard_text():
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == AGPL_3


def test_the_project_files_name_this_licence():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (project["license"], project["license-files"]) == ("AGPL-3.0-or-later", ["LICENSE"])
    assert "[LICENSE](LICENSE)" in (ROOT / "README.md").read_text()
