"""Whoever answers for the place lets people in, says what they may use, and puts them out."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.journeys.desk import Desk
from tests.journeys.house import House, a_house
from tests.journeys.upstream import Upstream

EVIL = '<img src=x onerror="window.broken = true"><script>window.broken = true</script>{{ 7 * 7 }}'
KEY = "sk-shared-abcdefghijklmnop9876"
SECTIONS = ("people", "groups", "providers", "models", "catalogue", "sessions", "audit", "settings", "health")


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path, browser: Browser, upstream: Upstream) -> AsyncGenerator[House, None]:
    """Yield an application with accounts; groq and custom are the same far end."""
    reach = {"CUSTOM_BASE_URL": upstream.url, "GROQ_BASE_URL": upstream.url, "GROQ_API_KEY": "k"}
    async with a_house(tmp_path, browser, reach) as house:
        yield house


async def make_group(house: House, owner: Page, name: str, *providers: str, models: str = "") -> None:
    """Have the owner make a group that may use these providers only."""
    await house.admin(owner, "groups/new")
    await owner.get_by_label("Name", exact=True).fill(name)
    if providers:
        await owner.get_by_role("radio", name="Only these").click()
        for provider in providers:
            await owner.get_by_role("switch", name=provider, exact=True).click()
    await owner.get_by_label("Models", exact=True).fill(models)
    await save(owner)


async def save(owner: Page) -> None:
    """Save the form in sight, and return when the list is back."""
    await owner.get_by_role("button", name="Save").click()
    await expect(owner.get_by_role("heading", name="Groups", exact=True)).to_be_visible()


async def test_a_member_sees_and_asks_only_what_the_group_may(house: House) -> None:
    owner = await house.owner()
    await make_group(house, owner, "Sales", "Groq")
    member = await house.member(owner, "mira", "Mira", "Sales")
    desk = await Desk(member).open(house.app.url)
    await expect(member.get_by_text("Bring a key")).to_be_visible()
    await expect(member.get_by_text("Models of Groq.", exact=True)).to_be_visible()
    await expect(member.get_by_text("No model on this computer")).to_be_hidden()

    await desk.open(f"{house.app.url}/settings/providers")
    await member.get_by_role("button", name="Add key").click()
    await expect(member.locator(".o-picker .o-cmd")).to_have_text(re.compile("Groq$"))

    await desk.open(house.app.url)
    rows = await desk.find_models("echo")
    await expect(rows).to_have_count(1)
    await expect(rows).to_have_accessible_name("echo, Groq")
    rows = await desk.find_models("custom/echo")
    await expect(rows).to_have_count(1)
    await expect(member.get_by_role("dialog", name="Choose models")).to_contain_text("As you typed it")
    await rows.get_by_role("button", name="Add").click()
    await desk.dialog.get_by_role("button", name=re.compile("^Ask th")).click()
    await expect(member.locator(".o-toast")).to_contain_text("custom/echo is not among the models of your group.")

    await desk.open(house.app.url)
    await desk.add_model("groq/echo")
    await desk.add_model("groq/led")
    await house.admin(owner, "groups")
    await owner.get_by_role("link", name="Sales").click()
    await owner.get_by_label("Models", exact=True).fill("groq/ec*")
    await save(owner)
    await desk.ask("Hello")
    await desk.is_in_state("echo", "Done")
    await desk.is_in_state("led", "Not allowed")
    await expect(desk.card("led")).to_contain_text("groq/led is not among the models of your group.")
    await expect(desk.answer("echo")).to_contain_text("I read 5 signs.")


async def test_who_has_no_tokens_is_told_so_in_place_of_the_form(house: House) -> None:
    owner = await house.owner()
    await house.admin(owner, "groups/new")
    await owner.get_by_label("Name", exact=True).fill("Guests")
    await owner.get_by_role("switch", name="Tokens for programs").click()
    await save(owner)
    member = await house.member(owner, "gil", "Gil", "Guests")
    await Desk(member).open(f"{house.app.url}/settings/tokens")
    await expect(member.get_by_text("Your group has no tokens for programs. Ask an admin for them.")).to_be_visible()
    await expect(member.get_by_role("button", name="Make token")).to_have_count(0)


async def test_a_group_for_only_these_providers_is_not_saved_before_one_is_chosen(house: House) -> None:
    owner = await house.owner()
    await house.admin(owner, "groups/new")
    await owner.get_by_label("Name", exact=True).fill("Sales")
    await owner.get_by_role("radio", name="Only these").click()
    await owner.get_by_role("button", name="Save").click()
    said = owner.locator(".o-field").filter(has=owner.get_by_role("radiogroup", name="Providers")).get_by_role("alert")
    await expect(said).to_have_text("No provider is chosen. Choose at least one, or allow every provider.")
    await owner.get_by_role("switch", name="Groq", exact=True).click()
    await save(owner)
    await expect(owner.get_by_role("list", name="Groups")).to_contain_text("Groq")


async def test_the_only_group_of_somebody_stays_until_they_are_in_another(house: House) -> None:
    owner = await house.owner()
    await make_group(house, owner, "Sales", "Groq")
    await house.member(owner, "mira", "Mira", "Sales")
    await house.admin(owner, "groups")
    await owner.get_by_role("button", name="More for Sales").click()
    await owner.get_by_role("menuitem", name="Delete").click()
    await owner.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    said = owner.get_by_role("main").get_by_role("alert")
    await expect(said).to_contain_text("“Sales” is still there. 1 person is in no other group")
    await expect(owner.get_by_role("list", name="Groups")).to_contain_text("Sales")


async def test_a_menu_stays_open_while_something_else_is_changed_elsewhere(house: House) -> None:
    owner = await house.owner()
    await make_group(house, owner, "Sales", "Groq")
    await house.admin(owner, "groups")
    await owner.get_by_role("button", name="More for Sales").click()
    item = owner.get_by_role("menuitem", name="Delete")
    await expect(item).to_be_visible()
    other = await owner.context.new_page()
    await house.admin(other, "settings")
    await other.get_by_role("radio", name="Closed").click()
    await expect(other.locator(".o-toast")).to_contain_text("Saved.")
    await owner.evaluate("new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")
    await item.click()
    await expect(owner.get_by_role("alertdialog")).to_be_visible()


async def test_suspending_somebody_closes_their_page_at_once(house: House) -> None:
    owner = await house.owner()
    member = await house.member(owner, "mira", "Mira")
    await house.admin(owner, "people")
    await owner.get_by_role("button", name="More for Mira").click()
    await owner.get_by_role("menuitem", name="Suspend").click()
    await owner.get_by_role("button", name="Suspend", exact=True).click()
    await expect(owner.get_by_role("row", name=re.compile("Mira"))).to_contain_text("Suspended")
    await expect(member).to_have_url(re.compile("/sign-in"))
    answer = await member.request.get(f"{house.app.url}/settings", max_redirects=0)
    assert answer.status in {303, 401}


async def test_a_member_has_a_shared_key_and_never_sees_it(house: House) -> None:
    owner = await house.owner()
    await house.admin(owner, "providers")
    await owner.get_by_role("button", name="Add key").click()
    await owner.get_by_label("Search by name").fill("Mistral AI")
    await owner.get_by_role("dialog").get_by_role("button", name="Mistral AI").click()
    await owner.get_by_label("Key", exact=True).fill(KEY)
    await owner.get_by_role("dialog").get_by_role("button", name="Save").click()
    row = owner.get_by_role("listitem").filter(has_text="Mistral AI")
    await expect(row).to_contain_text("for everybody")
    member = await house.member(owner, "mira", "Mira")
    await Desk(member).open(f"{house.app.url}/settings/providers")
    shared = member.get_by_role("listitem").filter(has_text="Mistral AI")
    await expect(shared).to_contain_text("shared with you by this server")
    await expect(shared.get_by_role("button", name=re.compile("^More"))).to_have_count(0)
    assert KEY not in await owner.content()
    assert KEY[-4:] not in await member.content()


async def test_members_find_no_administration(house: House) -> None:
    owner = await house.owner()
    member = await house.member(owner, "mira", "Mira")
    for path in ("", *(f"/{section}" for section in SECTIONS), "/audit.csv", "/audit.jsonl", "/people/x.zip"):
        answer = await member.request.get(f"{house.app.url}/admin{path}", max_redirects=0)
        assert answer.status == 404, path
    await expect(member.get_by_role("link", name="Administration")).to_have_count(0)


async def test_hostile_names_run_nothing_in_the_administration(house: House) -> None:
    asked = set[str]()
    owner = await house.owner(EVIL)
    owner.on("request", lambda request: asked.add(request.url.split("/")[2]))
    await make_group(house, owner, EVIL[:80])
    await house.member(owner, "mira", EVIL, EVIL[:80])
    for section in (*SECTIONS, "models/groq", "groups/new"):
        await house.admin(owner, section)
        await expect(owner.get_by_role("main").get_by_role("heading", level=2).first).to_be_visible()
        assert not await owner.evaluate("window.broken")
        assert await owner.locator("img[src=x]").count() == 0
    await house.admin(owner, "people")
    await owner.get_by_role("button", name="More for").last.click()
    await owner.get_by_role("menuitem", name="Groups").click()
    await expect(owner.get_by_role("dialog", name="Groups of")).to_contain_text(EVIL[:40])
    assert not await owner.evaluate("window.broken")
    assert asked == {house.app.url.split("/")[2]}


async def test_the_log_is_searched_and_taken_along(house: House) -> None:
    owner = await house.owner()
    await make_group(house, owner, "=cmd()", "Groq", models=EVIL)
    await house.admin(owner, "audit")
    await owner.get_by_label("Person, or what it was about").fill("=cmd")
    rows = owner.get_by_role("table", name="Audit log").locator("tbody tr")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("group made")
    await expect(rows).to_contain_text("Providers: Groq")
    await expect(rows).to_contain_text(f"Models: {EVIL}")
    await expect(rows).not_to_contain_text('{"')
    assert not await owner.evaluate("window.broken")
    async with owner.expect_download() as download:
        await owner.get_by_role("link", name="CSV").click()
    path = await (await download.value).path()
    text = path.read_text("utf-8")
    assert "'=cmd()" in text
    assert '{""providers"":[""groq""]' in text
