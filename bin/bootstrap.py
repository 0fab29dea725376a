"""From a bare Python to the project's own .venv, installed from a hash-locked file.

Standard library only, and in the syntax of Python 3.6: it must live long enough under an old
interpreter to say what is missing in one line.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.txt"  # one line "<sha256>  <lock file>" for each lock that is installed
OLDEST = (3, 11)
RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"  # everything of RUNTIME and the tools


def require_python():
    """Go on under Python 3.11 or newer, looking for one on the PATH, or leave with one line."""
    if sys.version_info >= OLDEST:
        return
    for minor in (13, 12, 11, 14):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Spaces needs Python 3.11 or newer, and this is {found}: install one and try again.")


def ensure_venv(lock):
    """Make .venv hold what `lock` names; return its Python. Does nothing when it already does."""
    with open(ROOT / ".venv.lock", "w") as turn:  # two first starts at once: one installs
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not _works(PYTHON):
            _make_venv()
        if not _is_installed(lock):
            _install(lock)
    return str(PYTHON)


def ensure_node_modules():
    """The tools that check the front end, as package-lock.json pins them."""
    held = ROOT / "node_modules" / ".package-lock.json"
    lock = ROOT / "package-lock.json"
    if not held.exists() or held.stat().st_mtime < lock.stat().st_mtime:
        _run(["npm", "ci", "--silent", "--prefix", str(ROOT)], "npm ci failed")


def _works(python):
    if not python.exists():
        return False
    probe = [str(python), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(probe, stderr=subprocess.DEVNULL).returncode == 0


def _make_venv():
    if not (find_spec("venv") and find_spec("ensurepip")):
        version = ".".join(map(str, sys.version_info[:2]))
        package = f"python{version}-venv"
        sys.exit(f"This Python has no venv module: install it (Debian: apt install {package}).")
    print("Making .venv …", flush=True)
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Could not make .venv")


def _install(lock):
    print(f"Installing {lock} (once; some minutes on a slow line) …", flush=True)
    with contextlib.suppress(FileNotFoundError):
        STAMP.unlink()
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    _run(
        [*pip, "--no-deps", "--require-hashes", "-r", str(ROOT / lock)], f"Could not install {lock}"
    )
    held = [RUNTIME, DEVELOPMENT] if lock == DEVELOPMENT else [lock]
    STAMP.write_text("".join(f"{_digest(name)}  {name}\n" for name in held))


def _is_installed(lock):
    return STAMP.exists() and f"{_digest(lock)}  {lock}" in STAMP.read_text().splitlines()


def _digest(lock):
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _run(command, complaint):
    code = subprocess.run(command, stdin=subprocess.DEVNULL).returncode
    if code:
        sys.exit(f"{complaint} (exit code {code}); its own words are above.")
