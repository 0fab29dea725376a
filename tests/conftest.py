"""Load the fixtures, and mark each test by its folder: e2e, integration or unit."""

from pathlib import Path

import pytest

pytest_plugins = [
    "tests.fixtures.people",
    "tests.fixtures.migrated",
    "tests.fixtures.databases",
    "tests.fixtures.redis",
    "tests.fixtures.room",
    "tests.fixtures.open_pages",
    "tests.fixtures.push_service",
    "tests.fixtures.stack",
    "tests.fixtures.nginx",
    "tests.fixtures.daphne",
    "tests.fixtures.chromium",
    "tests.fixtures.modules",
    "tests.fixtures.devices",
    "tests.fixtures.task_queue",
    "tests.fixtures.sound_server",
    "tests.fixtures.firefox",
    "tests.fixtures.webkit",
    "tests.fixtures.timings",
    "tests.fixtures.relay",
    "tests.fixtures.push_provider",
    "tests.fixtures.stripe_account",
]
TESTS = Path(__file__).parent
KINDS = {"unit", "integration", "e2e"}
BROWSERS = {"playwright", "firefox", "webkit"}  # the fixtures that drive a browser
SITES = {"stack", "make_stack"}  # the fixtures that run all processes of a site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not KINDS & {mark.name for mark in item.iter_markers()}:
            folder = item.path.relative_to(TESTS).parts[0]
            item.add_marker(folder if folder in KINDS else "unit")
        needed = getattr(item, "fixturenames", [])
        if "_database" in needed:  # it must be set up first and torn down last
            needed.remove("_database")
            needed.insert(0, "_database")
        if (BROWSERS | SITES) & set(needed) or item.get_closest_marker("e2e"):
            # A browser or one of a site's processes may stall on a busy machine. The summary lists
            # the tests that ran again.
            item.add_marker(pytest.mark.flaky(reruns=1))
    # Tests that use Playwright come last: its event loop keeps running, and breaks async tests.
    items.sort(key=lambda item: "playwright" in getattr(item, "fixturenames", []))
