"""Create the project's .venv, and install the packages of a lock file with hashes.

This file uses only the standard library and the syntax of Python 3.6, so that an old interpreter
can at least print that a newer one is needed.
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
STAMP = VENV / "installed.txt"  # a line "<sha256>  <lock file>" for each installed lock file
OLDEST = (3, 11)
RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"  # everything in RUNTIME, and the tools
CAPTIONS = "requirements-captions.lock"  # optional: recognizes speech on this server
NOT_INSTALLED = "  # could not be installed"  # after the name of an optional lock file


def require_python():
    """If this Python is too old, restart with a newer one from the PATH, or exit with a message."""
    if sys.version_info >= OLDEST:
        return
    for minor in (13, 12, 11, 14):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Spaces needs Python 3.11 or newer, but this is {found}. Install a newer one.")


def ensure_venv(lock):
    """Install the packages of `lock` in .venv if needed; return the path of its Python."""
    with open(ROOT / ".venv.lock", "w") as file:  # only one process installs at a time
        fcntl.flock(file, fcntl.LOCK_EX)
        if not _works(PYTHON):
            _create_venv()
        if not _is_installed(lock):
            _install(lock)
    return str(PYTHON)


def try_captions():
    """Install the packages that recognize speech, if they are not installed. The site also runs
    without them, so if they can't be installed, only print this once."""
    with open(ROOT / ".venv.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        line = f"{_digest(CAPTIONS)}  {CAPTIONS}"
        if {line, line + NOT_INSTALLED} & set(STAMP.read_text().splitlines()):
            return
        print("Installing what recognizes speech (56 MB, only once) …", flush=True)
        if _pip_install(CAPTIONS):
            print(
                "Captions on this server need Linux on x86-64 with glibc 2.34 or newer. Spaces runs"
                " without them; speakers' browsers and captioners can still write captions."
            )
            line += NOT_INSTALLED
        with open(STAMP, "a") as stamp:
            stamp.write(line + "\n")


def ensure_node_modules():
    """Install hls.js, and the tools that check the front end, from package-lock.json."""
    installed = ROOT / "node_modules" / ".package-lock.json"
    lock = ROOT / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _run(["npm", "ci", "--silent", "--prefix", str(ROOT)], "npm ci failed")


def _works(python):
    if not python.exists():
        return False
    probe = [str(python), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(probe, stderr=subprocess.DEVNULL).returncode == 0


def _create_venv():
    if not (find_spec("venv") and find_spec("ensurepip")):
        version = ".".join(map(str, sys.version_info[:2]))
        package = f"python{version}-venv"
        sys.exit(f"This Python has no venv module. Install it (Debian: apt install {package}).")
    print("Creating .venv …", flush=True)
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Could not create .venv")


def _install(lock):
    print(f"Installing {lock} (only once; takes some minutes on a slow connection) …", flush=True)
    with contextlib.suppress(FileNotFoundError):
        STAMP.unlink()
    code = _pip_install(lock)
    if code:
        sys.exit(f"Could not install {lock} (exit code {code}); see its output above.")
    installed = [RUNTIME, DEVELOPMENT] if lock == DEVELOPMENT else [lock]
    STAMP.write_text("".join(f"{_digest(name)}  {name}\n" for name in installed))


def _pip_install(lock):
    """Return pip's exit code."""
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    command = [*pip, "--no-deps", "--require-hashes", "-r", str(ROOT / lock)]
    return subprocess.run(command, stdin=subprocess.DEVNULL).returncode


def _is_installed(lock):
    return STAMP.exists() and f"{_digest(lock)}  {lock}" in STAMP.read_text().splitlines()


def _digest(lock):
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _run(command, error):
    code = subprocess.run(command, stdin=subprocess.DEVNULL).returncode
    if code:
        sys.exit(f"{error} (exit code {code}); see its output above.")
