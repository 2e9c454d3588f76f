"""Characters that lanes wear."""

from __future__ import annotations

import struct
import zlib

from playwright.async_api import FilePayload, Locator, Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream


def red_square() -> bytes:
    """Return a picture of four red pixels as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    lines = zlib.compress(b"\0\xff\0\0\xff\0\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def file(name: str, kind: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


async def make_persona(desk: Desk, app: RunningApp, name: str, role: str, hue: str) -> None:
    page = desk.page
    await desk.open(f"{app.url}/settings/personas/new")
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Who it is").fill(role)
    await page.get_by_role("radio", name=hue).click()


async def save_persona(desk: Desk, name: str) -> None:
    await desk.page.get_by_role("button", name="Save", exact=True).click()
    await expect(row(desk, name)).to_be_visible()


def row(desk: Desk, name: str) -> Locator:
    personas = desk.page.get_by_role("list", name="Personas")
    return personas.get_by_role("listitem").filter(has=desk.page.get_by_role("link", name=name, exact=True))


async def put_on(desk: Desk, lane_name: str, persona: str) -> None:
    await desk.lanes.get_by_title(f"Settings of {lane_name}").click()
    await desk.dialog.get_by_role("button", name="Wear a persona").click()
    await desk.page.get_by_role("menuitem", name=persona, exact=True).click()
    await expect(desk.dialog.get_by_label("Name", exact=True)).to_have_value(persona)
    await desk.dialog.get_by_role("button", name="Save", exact=True).click()
    await expect(desk.dialog).to_have_count(0)


async def forget(desk: Desk, app: RunningApp, *names: str) -> None:
    await desk.open(f"{app.url}/settings/personas")
    for name in names:
        await desk.page.get_by_role("button", name=f"More for {name}", exact=True).click()
        await desk.page.get_by_role("menuitem", name="Delete").click()
        await expect(row(desk, name)).to_have_count(0)


async def test_two_personas_answer_in_one_scene_each_with_its_own_look(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = Desk(page)
    await make_persona(desk, app, "Captain Flint", "", "teal")
    await page.locator("input[type=file]").set_input_files(file("flint.png", "image/png", red_square()))
    await expect(page.get_by_role("button", name="Remove picture")).to_be_visible()
    await page.get_by_label("Model", exact=True).fill("custom/flint")
    await page.get_by_label("Who it is").fill("You are a pirate.")  # at once, while the fields follow the model
    await save_persona(desk, "Captain Flint")
    await make_persona(desk, app, "Parrot", "You repeat things.", "rose")
    await page.get_by_label("Temperature").fill("1.8")
    await save_persona(desk, "Parrot")

    await desk.open(await app.chat(lane("first"), lane("second")))
    await put_on(desk, "first", "Captain Flint")
    await put_on(desk, "second", "Parrot")
    await expect(desk.lanes.locator(".o-chip-name")).to_have_text(["Captain Flint", "Parrot"])
    await desk.ask("Who goes there?")
    flint, parrot = await upstream.asked("flint"), await upstream.asked("second")
    assert flint.body["messages"][0] == {"role": "system", "content": "You are a pirate."}
    assert (parrot.body["messages"][0]["content"], parrot.body["temperature"]) == ("You repeat things.", 1.8)
    await flint.say("Arr.")
    await flint.end()
    await parrot.say("Arr, arr.")
    await parrot.end()

    await desk.is_in_state("Captain Flint", "Done")
    await expect(desk.answer("Parrot")).to_have_text("Arr, arr.")
    face = desk.card("Captain Flint").locator("img.o-mark")
    assert await face.evaluate("image => image.complete && image.naturalWidth") == 2
    await expect(desk.card("Captain Flint")).to_contain_class("h-teal")
    await expect(desk.card("Parrot")).to_contain_class("h-rose")
    await expect(desk.card("Parrot").locator(".o-mark")).to_have_text("Pa")

    source = await face.get_attribute("src")
    answer = await page.request.get(f"{app.url}{source}")
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert await answer.body() == red_square()
    assert (await page.request.get(f"{app.url}/pictures/{'0' * 64}")).status == 404

    await forget(desk, app, "Captain Flint", "Parrot")
    await page.go_back()
    await expect(desk.card("Captain Flint").locator("img.o-mark")).to_be_visible()


async def test_a_persona_is_taken_off_again(app: RunningApp, page: Page) -> None:
    desk = Desk(page)
    await make_persona(desk, app, "Clown", "Be funny.", "amber")
    await save_persona(desk, "Clown")
    await desk.open(await app.chat(lane("echo")))
    await put_on(desk, "echo", "Clown")
    await desk.lanes.get_by_title("Settings of Clown").click()
    await desk.dialog.get_by_role("button", name="Change persona").click()
    await page.get_by_role("menuitem", name="Take it off").click()
    await expect(desk.dialog.get_by_label("Name", exact=True)).to_have_value("echo")
    await expect(desk.dialog.get_by_label("Role for this lane")).to_have_value("")
    await desk.dialog.get_by_role("button", name="Save", exact=True).click()
    await expect(desk.lanes.locator(".o-chip-name")).to_have_text(["echo"])
    await forget(desk, app, "Clown")


async def test_a_lane_is_saved_as_a_persona_and_wears_it(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo")))
    await desk.lanes.get_by_title("Settings of echo").click()
    await desk.dialog.get_by_label("Role for this lane").fill("Review code.")
    await desk.dialog.get_by_role("button", name="Wear a persona").click()
    await page.get_by_role("menuitem", name="Save as a persona").click()
    naming = page.get_by_role("dialog", name="Save as a persona")
    await naming.get_by_label("Name").fill("Reviewer")
    await naming.get_by_role("button", name="Save").click()
    await expect(naming).to_have_count(0)
    await expect(desk.dialog.get_by_label("Name", exact=True)).to_have_value("Reviewer")
    await desk.dialog.get_by_role("button", name="Save", exact=True).click()
    await expect(desk.lanes.locator(".o-chip-name")).to_have_text(["Reviewer"])
    await desk.open(f"{app.url}/settings/personas")
    await expect(row(desk, "Reviewer")).to_contain_text("custom/echo")
    await forget(desk, app, "Reviewer")


async def test_personas_are_changed_doubled_deleted_and_brought_back(app: RunningApp, page: Page) -> None:
    desk = Desk(page)
    await desk.open(f"{app.url}/settings/personas")
    await expect(page.get_by_text("Nobody here yet")).to_be_visible()
    await page.get_by_role("button", name="New persona").click()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("alert")).to_have_text("A persona needs a name.")
    await page.get_by_label("Name", exact=True).fill("<img src=x onerror=alert(1)>")
    await page.get_by_label("Model", exact=True).fill("no slash")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("alert")).to_have_text("Write it as provider/model, or leave it empty.")
    await page.get_by_label("Model", exact=True).fill("")
    await page.locator("input[type=file]").set_input_files(file("a.png", "image/png", b"<svg onload=alert(1)>"))
    await expect(page.get_by_text("That cannot be used.")).to_be_visible()
    await save_persona(desk, "<img src=x onerror=alert(1)>")

    await page.get_by_role("main").get_by_role("link", name="<img").click()
    await page.get_by_label("Name", exact=True).fill("Baker")
    await save_persona(desk, "Baker")
    await page.get_by_role("button", name="More for Baker").click()
    await page.get_by_role("menuitem", name="Duplicate").click()
    await expect(row(desk, "Baker 2")).to_be_visible()
    await page.get_by_role("button", name="More for Baker", exact=True).click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(row(desk, "Baker")).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(row(desk, "Baker")).to_be_visible()
    await forget(desk, app, "Baker", "Baker 2")
