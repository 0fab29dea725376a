"""What holds secrets is in no commit and in no image."""

import re
import shutil
import subprocess

import pytest

from tests.fixtures.stack import ROOT

SECRET = ["deploy/spaces.env", "deploy/.env", ".env", "var/db.sqlite3", "var/secret_key"]
KEPT = ["deploy/spaces.env.example", "deploy/compose.yaml", "config/settings.py", "LICENSE"]


@pytest.mark.skipif(not shutil.which("git") or not (ROOT / ".git").exists(), reason="no checkout")
def test_git_ignores_it():
    command = ["git", "check-ignore", "--no-index", *SECRET, *KEPT]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert told.stdout.split() == SECRET


def test_docker_leaves_it_out():
    patterns = (ROOT / ".dockerignore").read_text().split()
    assert [path for path in SECRET + KEPT if is_left_out(path, patterns)] == SECRET


def is_left_out(path, patterns):
    """As Docker reads them: from the root of the context, ** for any folders, a folder with all."""
    for pattern in patterns:
        expression = re.escape(pattern).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
        if re.fullmatch(f"{expression}(/.*)?", path):
            return True
    return False
