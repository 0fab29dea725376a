"""Processes leave out modules that they don't need, because each costs time and memory."""

import subprocess
import sys

from tests.fixtures.stack import ROOT

PRINT_SERVERS = """
import sys, django
django.setup()
print([name for name in ("daphne", "autobahn") if name in sys.modules])
"""


def test_workers_and_audio_nodes_do_not_load_the_web_server(tmp_path):
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings", "SPACES_HOME": str(tmp_path)}
    loaded = subprocess.check_output(
        [sys.executable, "-c", PRINT_SERVERS], env=environment, cwd=ROOT, text=True
    )
    assert loaded.strip() == "[]"
