"""Each lane is asked in its own way, within what its model takes."""

from __future__ import annotations

import json

from playwright.async_api import Page, expect

from services.models.parameters import Parameters
from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


async def open_settings(desk: Desk, name: str) -> None:
    await desk.lanes.get_by_title(f"Settings of {name}").click()
    await expect(desk.dialog.get_by_label("Name", exact=True)).to_have_value(name)


async def press(desk: Desk, button: str) -> None:
    await desk.dialog.get_by_role("button", name=button, exact=True).click()


async def save(desk: Desk) -> None:
    await press(desk, "Save")
    await expect(desk.dialog).to_have_count(0)


async def test_what_is_out_of_range_is_refused_in_words_and_what_fits_reaches_the_model(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await app.chat(lane("ranged")))
    await open_settings(desk, "ranged")
    temperature = desk.dialog.get_by_label("Temperature")
    await temperature.fill("2.5")
    await press(desk, "Save")
    await expect(desk.dialog.get_by_role("alert")).to_have_text("A number from 0 to 2, or nothing.")
    await expect(temperature).to_be_focused()

    await temperature.fill("0,5")
    await desk.dialog.get_by_label("Longest answer").fill("1,000")
    await expect(desk.dialog.get_by_text("2 changed")).to_be_visible()
    await desk.dialog.get_by_text("More", exact=True).click()
    await desk.dialog.get_by_label("Stop at").fill("END\nSTOP")
    await desk.dialog.get_by_label("Extra fields").fill('{"messages": []}')
    await press(desk, "Save")
    await expect(desk.dialog.get_by_role("alert")).to_have_text("“messages” is set by OmniChat itself.")
    await desk.dialog.get_by_label("Extra fields").fill('{"user": "ada"}')
    await save(desk)

    await desk.ask("Go")
    call = await upstream.asked("ranged")
    assert {name: call.body[name] for name in ("temperature", "max_tokens", "stop", "user")} == {
        "temperature": 0.5,
        "max_tokens": 1000,
        "stop": ["END", "STOP"],
        "user": "ada",
    }
    await call.end()
    await expect(desk.card("ranged")).to_contain_text("temperature 0.5")


async def test_a_line_draws_a_number_and_reset_takes_everything_back(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("drawn", parameters=Parameters(seed=7))))
    await open_settings(desk, "drawn")
    line = await desk.dialog.locator(".q-slider").first.bounding_box()
    assert line
    await page.mouse.click(line["x"] + line["width"] / 4, line["y"] + line["height"] / 2)
    await expect(desk.dialog.get_by_label("Temperature")).to_have_value("0.5")
    await expect(desk.dialog.get_by_text("2 changed")).to_be_visible()
    await press(desk, "Reset")
    await expect(desk.dialog.get_by_label("Temperature")).to_have_value("")
    await expect(desk.dialog.get_by_text("changed")).to_be_hidden()
    await save(desk)


async def test_an_answer_is_asked_for_in_a_schema_and_a_broken_one_is_refused_with_its_place(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await app.chat(lane("formed")))
    await open_settings(desk, "formed")
    await desk.dialog.get_by_text("More", exact=True).click()
    await desk.dialog.get_by_role("radio", name="JSON schema").click()
    written = desk.dialog.get_by_role("textbox", name="JSON schema")
    await written.fill('{"type": "object",\n "properties": }')
    await press(desk, "Save")
    await expect(desk.dialog.get_by_role("alert")).to_contain_text("line 2, column 16")
    await written.fill(json.dumps(SCHEMA))
    await save(desk)

    await desk.ask("Where?")
    call = await upstream.asked("formed")
    form = call.body["response_format"]
    assert (form["type"], form["json_schema"]["schema"]) == ("json_schema", SCHEMA)
    await call.say('{"city":"Bergen"}')
    await call.end()
    await expect(desk.answer("formed")).to_contain_text("Bergen")


async def test_only_what_a_model_takes_is_offered(app: RunningApp, page: Page) -> None:
    thinker = lane("o3", parameters=Parameters(temperature=0.4))
    thinker.model = "openai/o3"
    claude = lane("claude")
    claude.model = "anthropic/claude-sonnet-4-5"
    desk = await Desk(page).open(await app.chat(thinker, claude))

    await open_settings(desk, "o3")
    await expect(desk.dialog.get_by_text("Temperature (0.4) is not taken by this model.")).to_be_visible()
    await expect(desk.dialog.get_by_label("Temperature", exact=True)).to_be_hidden()
    levels = desk.dialog.get_by_role("radiogroup", name="Thinking").get_by_role("radio")
    await expect(levels).to_have_text(["Default", "Low", "Medium", "High"])
    await press(desk, "Take Temperature away")
    await expect(desk.dialog.get_by_text("not taken")).to_have_count(0)
    await press(desk, "Close")

    await open_settings(desk, "claude")
    await desk.dialog.get_by_label("Temperature").fill("1.5")
    await press(desk, "Save")
    await expect(desk.dialog.get_by_role("alert")).to_have_text("A number from 0 to 1, or nothing.")
    await desk.dialog.get_by_label("Temperature").fill("0.5")
    await desk.dialog.get_by_role("radio", name="High", exact=True).click()
    await expect(desk.dialog.get_by_text("Temperature (0.5) is not taken by this model.")).to_be_visible()


async def test_defaults_reach_every_lane_that_sets_nothing_else(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(f"{app.url}/settings/parameters")
    await page.get_by_label("Temperature").fill("9")
    await expect(page.get_by_role("alert")).to_have_text("A number from 0 to 2, or nothing.")
    await page.get_by_label("Temperature").fill("0.3")
    await page.get_by_label("Instructions for every chat").fill("Be brief.")
    await expect(page.get_by_text("Saved")).to_be_visible()
    await app.until_stored("preference.value", "Be brief.")
    try:
        await desk.open(await app.chat(lane("plain"), lane("own", parameters=Parameters(temperature=1.5))))
        await open_settings(desk, "plain")
        await expect(desk.dialog.get_by_placeholder("0.3, your default")).to_be_visible()
        await press(desk, "Close")
        await desk.ask("Go")
        plain, own = await upstream.asked("plain"), await upstream.asked("own")
        assert (plain.body["temperature"], own.body["temperature"]) == (0.3, 1.5)
        assert plain.body["messages"][0] == {"role": "system", "content": "Be brief."}
        await plain.end()
        await own.end()
    finally:
        await desk.open(f"{app.url}/settings/parameters")
        await page.get_by_label("Temperature").fill("")
        await page.get_by_label("Instructions for every chat").fill("")
        await expect(page.get_by_text("Saved")).to_be_visible()


async def test_settings_are_kept_as_a_preset_and_given_to_other_lanes(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo", "one"), lane("echo", "two"), lane("echo", "three")))
    await open_settings(desk, "one")
    await desk.dialog.get_by_label("Temperature").fill("0.1")
    await press(desk, "Presets")
    await page.get_by_role("menuitem", name="Save as a preset").click()
    naming = page.get_by_role("dialog", name="Save as a preset")
    await naming.get_by_label("Name").fill("Steady")
    await naming.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("“Steady” is kept among your presets.")).to_be_visible()
    await press(desk, "Close")

    await open_settings(desk, "two")
    await press(desk, "Presets")
    await page.get_by_role("menuitem", name="Steady").click()
    await expect(desk.dialog.get_by_label("Temperature")).to_have_value("0.1")
    await press(desk, "For all lanes")
    await expect(page.get_by_text("All 3 lanes are asked like two.")).to_be_visible()
    await open_settings(desk, "three")
    await expect(desk.dialog.get_by_label("Temperature")).to_have_value("0.1")
    await press(desk, "Close")

    await desk.open(f"{app.url}/settings/parameters")
    await page.get_by_role("button", name="Delete Steady").click()
    await expect(page.get_by_text("None yet.")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("temperature 0.1")).to_be_visible()
    await page.get_by_role("button", name="Delete Steady").click()


async def test_p_opens_the_settings_of_the_lane_that_has_the_focus(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo", "left"), lane("echo", "right")))
    await desk.ask("Go")
    await desk.is_in_state("right", "Done")
    body = desk.card("right").get_by_role("log")
    await body.focus()
    await page.keyboard.press("Control+p")
    await page.keyboard.press("p")
    await expect(page.get_by_role("dialog", name="Settings of right")).to_have_count(1)
    await expect(page.get_by_role("dialog", name="Settings of left")).to_have_count(0)
    await expect(desk.dialog.get_by_label("Name", exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)
    await expect(body).to_be_focused()


async def test_on_a_phone_the_settings_are_a_sheet_at_the_foot(app: RunningApp, phone: Page) -> None:
    desk = await Desk(phone).open(await app.chat(lane("echo")))
    await open_settings(desk, "echo")
    sheet = await phone.get_by_role("dialog", name="Settings of echo").bounding_box()
    assert sheet
    assert (sheet["x"], sheet["width"], round(sheet["y"] + sheet["height"])) == (0, 390, 844)
    await desk.dialog.get_by_text("More", exact=True).click()
    await desk.dialog.get_by_label("Seed").fill("11")
    wide = await phone.evaluate("document.documentElement.scrollWidth")
    assert wide == 390
    await save(desk)
    await open_settings(desk, "echo")
    await expect(desk.dialog.get_by_text("1 changed")).to_be_visible()
