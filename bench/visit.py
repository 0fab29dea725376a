"""Measure a first visit with a phone on a slow network; see bench/README.md.

python -m bench.visit [--times 5]
"""

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.fixtures.chromium import FLAGS, executable
from tests.fixtures.stack import Stack

# Similar to the speed of a phone at the edge of a 4G cell.
SLOW = {
    "offline": False,
    "latency": 150,  # ms
    "downloadThroughput": 1.6e6 / 8,  # bytes per second
    "uploadThroughput": 0.75e6 / 8,
}
PHONE = {"width": 390, "height": 844}
MEASURE = """() => {
  const page = performance.getEntriesByType("navigation")[0];
  const files = performance.getEntriesByType("resource");
  return {
    requests: files.length + 1,
    bytes: files.reduce((sum, file) => sum + file.transferSize, page.transferSize),
    seen: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    usable: page.domContentLoadedEventEnd,
  };
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="spaces-bench-") as home,
        sync_playwright() as playwright,
    ):
        stack = Stack(Path(home), DEMO="1", LOG_LEVEL="WARNING").start()
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        try:
            print("| page | requests | kB | seen | usable |\n|---|---|---|---|---|")
            for name, path in (("welcome", "/"), ("Spaces", "/spaces/"), ("a profile", "/@ana/")):
                visits = [_visit(browser, f"{stack.url}{path}") for _ in range(options.times)]
                print(_row(name, visits), flush=True)
        finally:
            browser.close()
            stack.stop()


def _visit(browser: Browser, url: str) -> dict[str, float]:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    page.goto(url, wait_until="load")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    measured: dict[str, Any] = page.evaluate(MEASURE)
    context.close()
    return measured


def _row(name: str, visits: list[dict[str, float]]) -> str:
    middle = {key: statistics.median(each[key] for each in visits) for key in visits[0]}
    return (
        f"| {name} | {middle['requests']:.0f} | {middle['bytes'] / 1000:.0f} "
        f"| {middle['seen'] / 1000:.2f} s | {middle['usable'] / 1000:.2f} s |"
    )


if __name__ == "__main__":
    main()
