"""The guide, with its pictures."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.journeys.running_app import RunningApp

HELP = Path(__file__).parents[2] / "pages" / "help"
LARGEST = 120_000  # bytes
NAMED = re.compile(r"^!\[(?P<alt>.+)\]\((?P<file>.+)\)$", re.MULTILINE)


async def test_every_picture_of_the_guide_comes_from_our_own_address_and_says_what_it_shows(
    app: RunningApp, page: Page
) -> None:
    await page.goto(f"{app.url}/help")
    pictures = page.locator("article img")
    named = [match for file in sorted(HELP.glob("*.md")) for match in NAMED.finditer(file.read_text("utf-8"))]
    await expect(pictures).to_have_count(len(named))
    assert len(named) >= 12
    for match in named:
        picture = page.get_by_alt_text(match["alt"], exact=True)
        await expect(picture).to_have_attribute("src", f"/help/{match['file']}")
        await picture.scroll_into_view_if_needed()
        await page.wait_for_function("each => each.naturalWidth > 0", arg=await picture.element_handle())
        assert (HELP / match["file"]).stat().st_size <= LARGEST
