"""Takes the README's picture of a block from the built site, light and dark: `python -m benchmarks.picture`.

Needs a built site (`./run site`) and Chromium. Writes images/block-light.png and images/block-dark.png.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

from drillbook.sandbox.machine import find_chromium

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "site/production/voiceassist/first-response.html"
BLOCK = "#voiceassist-postgres-ready"
WIDTH, HEIGHT, SHARPNESS = 820, 1200, 2
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def take_pictures(page: Path, folder: Path) -> list[Path]:
    """Photograph the block with its output open, in both colour schemes; return the files."""
    files = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for scheme in SCHEMES:
            tab = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SHARPNESS, color_scheme=scheme
            )
            tab.goto(page.as_uri())
            block = tab.locator(BLOCK)
            block.locator("details").evaluate("details => { details.open = true }")
            files.append(folder / f"block-{scheme}.png")
            block.screenshot(path=files[-1])
        browser.close()
    return files


def main() -> int:
    """Take the pictures; return 2 where there is no site to take them from."""
    if not PAGE.is_file():
        print(f"{PAGE.relative_to(ROOT)}: there is no built site. Run `./run site`.", file=sys.stderr)
        return 2
    for path in take_pictures(PAGE, ROOT / "images"):
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
