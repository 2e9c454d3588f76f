"""What a person sees and does at the desk, in their words."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from services.chats.conversations import Lane

ASK = re.compile("^Ask th")


def lane(model: str, name: str = "", **settings: Any) -> Lane:
    """Return a lane of the test's own upstream, called like its model unless told otherwise."""
    return Lane(model=f"custom/{model}", name=name or model, **settings)


class Desk:
    """One tab on the application."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.prompt = page.get_by_label("Your prompt")
        self.send = page.get_by_role("button", name="Send", exact=True)
        self.chats = page.get_by_role("navigation", name="Chats")
        self.headline = page.get_by_role("main").get_by_role("heading", level=2)
        self.title = page.get_by_role("main").get_by_role("heading", level=1).first
        self.lanes = page.get_by_role("list", name="Models asked")
        self.dialog = page.get_by_role("dialog")

    async def open(self, address: str) -> Desk:
        """Open the address, and return when the page is connected."""
        await self.page.goto(address)
        await self.is_live()
        return self

    async def is_live(self) -> None:
        """Return when the page is connected to the server."""
        await self.page.wait_for_function("window.socket && window.socket.connected")

    async def ask(self, prompt: str) -> None:
        """Type the prompt, send it with Enter, and return when it stands as the headline."""
        await self.prompt.fill(prompt)
        await self.prompt.press("Enter")
        await expect(self.headline.last).to_have_text(prompt)

    def card(self, name: str) -> Locator:
        """Return the card of the lane called so."""
        return self.page.get_by_role("article").filter(has=self.page.locator(".o-name").get_by_text(name, exact=True))

    def answer(self, name: str) -> Locator:
        """Return the answer in the card of the lane called so."""
        return self.card(name).locator(".o-answer")

    async def is_in_state(self, name: str, state: str) -> None:
        """Return when the card says that it is in this state."""
        await expect(self.card(name)).to_have_attribute("aria-label", f"{name}: {state}")

    async def press(self, name: str, button: str) -> None:
        """Press a button in the card of the lane called so."""
        await self.card(name).get_by_role("button", name=button, exact=True).click()

    async def choose(self, what: str) -> None:
        """Choose something in the menu of the chat that is open."""
        await self.page.get_by_role("button", name="More for this chat").click()
        await self.page.get_by_role("menuitem", name=what).click()
        await expect(self.page.get_by_role("menu")).to_have_count(0)

    async def add_model(self, typed: str) -> None:
        """Type a model's name into the selector, add it, and ask all that are picked then."""
        chips = self.lanes.get_by_role("listitem")
        before = await chips.count()
        rows = await self.find_models(typed)
        await expect(rows).to_have_count(1)
        await rows.get_by_role("button", name="Add").click()
        await expect(rows).to_have_attribute("aria-selected", "true")
        await self.ask_these()
        await expect(chips).to_have_count(before + 1)

    async def open_selector(self) -> None:
        """Open the selector, and return when there are models in it."""
        await self.page.get_by_role("button", name="Add model", exact=True).click()
        await expect(self.models.first).to_be_visible()

    async def find_models(self, typed: str) -> Locator:
        """Open the selector if it is not open, look for models, and return the rows that match."""
        if not await self.dialog.count():
            await self.page.get_by_role("button", name="Add model", exact=True).click()
        await self.search.fill("")
        await expect(self.hits).not_to_contain_text(" of ")
        await self.search.fill(typed)
        await expect(self.hits).to_contain_text(" of ")
        return self.models

    async def ask_these(self) -> None:
        """Take over what is picked, and return when the selector is gone."""
        await self.dialog.get_by_role("button", name=ASK).click()
        await expect(self.dialog).to_have_count(0)

    async def choose_judge(self, model: str) -> None:
        """Choose the judge in the selector, in the panel that is open."""
        chosen = self.dialog.get_by_role("button", name="Judge:")
        await chosen.press("Enter")
        selector = self.page.get_by_role("dialog", name="A judge for these answers")
        await selector.get_by_label("search by name").fill(f"custom/{model}")
        await selector.get_by_role("row").filter(has_text=f"custom/{model}").click()
        await expect(selector).to_have_count(0)
        await expect(chosen).to_be_focused()

    @property
    def search(self) -> Locator:
        """The field of the selector."""
        return self.dialog.get_by_label("search by name")

    @property
    def models(self) -> Locator:
        """The rows of the selector."""
        return self.dialog.get_by_role("row")

    @property
    def hits(self) -> Locator:
        """The line that says how many models were found."""
        return self.dialog.get_by_role("status").first

    @property
    def details(self) -> Locator:
        """What the selector tells of the model at hand."""
        return self.dialog.get_by_role("region", name="Details")

    def model(self, name: str) -> Locator:
        """Return the row of the model called so."""
        return self.models.filter(has=self.page.locator(".o-strong").get_by_text(name, exact=True))
