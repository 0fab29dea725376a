"""System programs that tests and checks need, and the Debian packages that contain them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Keys are programs or paths, values the Debian packages that contain them.
FOR_TESTS = {
    "chromium": "chromium",
    "firefox-esr": "firefox-esr",
    "pulseaudio": "pulseaudio",  # Firefox plays nothing without an output device
    "/usr/lib/*/girepository-1.0/WebKit2-4.1.typelib": "gir1.2-webkit2-4.1",
    "/usr/lib/python3/dist-packages/gi/__init__.py": "python3-gi",
    "Xvfb": "xvfb",  # WebKit has no headless mode
    "redis-server": "redis-server",
    "/usr/lib/postgresql/*/bin/initdb": "postgresql",
    "espeak-ng": "espeak-ng",
    "faketime": "faketime",
    "turnserver": "coturn",
    "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf": "fonts-noto-color-emoji",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf": "fonts-noto-core",
    "npm": "npm",
    "/usr/sbin/nginx": "nginx",
    "systemd-analyze": "systemd",
}
FOR_SPEED = {"chromium-headless-shell": "chromium-headless-shell"}  # headless, and faster to start
FOR_CHECKS = {"npm": "npm"}


def require(programs):
    """Install missing programs with apt if possible; otherwise exit with a list of them."""
    missing = _missing(programs)
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        _install(sorted({programs[name] for name in missing}))
        missing = _missing(programs)
    if missing:
        packages = " ".join(sorted({programs[name] for name in missing}))
        sys.exit(f"Missing: {', '.join(missing)}. Install (Debian: apt install {packages}).")


def install_if_possible(programs):
    """Install missing programs with apt if possible; otherwise continue without them."""
    missing = _missing(programs)
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        _install(sorted({programs[name] for name in missing}))


def _missing(programs):
    return [name for name in programs if not _is_installed(name)]


def _is_installed(name):
    if name.startswith("/"):
        if "fonts" in name and not shutil.which("apt-get"):
            return True  # other systems store fonts in other places
        return any(Path("/").glob(name[1:])) or bool(shutil.which(Path(name).name))
    return bool(shutil.which(name))


def _install(packages):
    print(f"Installing {' '.join(packages)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "--quiet"], install):
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)
