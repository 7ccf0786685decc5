"""How soon a page stands before the reader: `python -m benchmarks.paint reports` prints the first paint of each page in milliseconds, in a real browser."""

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.test_browser import Opened, launch

TIMES = 5


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paint", description="Print when each page of a report is first painted, quickest and median of five, in milliseconds.")
    parser.add_argument("report", type=Path, help="a folder of built pages")
    with sync_playwright() as play:
        browser = launch(play)
        for file in sorted(parser.parse_args(arguments).report.glob("*.html")):
            paints = sorted(first_paint(browser, file) for _ in range(TIMES))
            print(f"{file.stem:20} {paints[0]:6.0f} {paints[TIMES // 2]:6.0f}", flush=True)


def first_paint(browser, file):
    """Milliseconds from the start of loading to the first content on the screen."""
    with Opened(browser, file) as (page, _):
        while not (found := page.evaluate("performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)")):
            page.wait_for_timeout(20)  # the page's policy lets no script of ours wait inside it
        return found[0]


if __name__ == "__main__":
    main()
