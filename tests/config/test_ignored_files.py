"""Files with secrets are in no commit and in no image."""

import re
import shutil
import subprocess

import pytest

from tests.fixtures.stack import ROOT

SECRET = ["deploy/spaces.env", "deploy/.env", ".env", "var/db.sqlite3", "var/secret_key"]
KEPT = ["deploy/spaces.env.example", "deploy/compose.yaml", "config/settings.py", "LICENSE"]


@pytest.mark.skipif(not shutil.which("git") or not (ROOT / ".git").exists(), reason="no checkout")
def test_git_ignores_files_with_secrets():
    command = ["git", "check-ignore", "--no-index", *SECRET, *KEPT]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.stdout.split() == SECRET


def test_docker_excludes_files_with_secrets():
    patterns = (ROOT / ".dockerignore").read_text().split()
    assert [path for path in SECRET + KEPT if is_excluded(path, patterns)] == SECRET


def is_excluded(path, patterns):
    """Match as Docker does: from the root; ** means any folders; a folder includes its files."""
    for pattern in patterns:
        expression = re.escape(pattern).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
        if re.fullmatch(f"{expression}(/.*)?", path):
            return True
    return False
