"""A chat of many turns, of which only the last are drawn at first."""

from __future__ import annotations

from playwright.async_api import Page, expect

from services.chats.archive import Archive
from services.chats.conversations import Conversation, Turn
from services.chats.replies import ModelReply, ReplyState
from services.storage.database import Database
from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp

TURNS = 130


async def a_long_chat(app: RunningApp) -> str:
    """Store a chat of many turns and return its address."""
    voice = lane("echo")
    conversation = Conversation(title="Long", lanes=[voice])
    async with Database(f"sqlite://{app.folder / 'data' / 'omnichat.db'}"):
        archive = Archive()
        who = await archive.local_person()
        await archive.begin(who, conversation)
        before = ""
        for number in range(1, TURNS + 1):
            turn = Turn(prompt=f"Prompt {number}", parent=before)
            reply = ModelReply(lane_uid=voice.uid, model=voice.model, state=ReplyState.DONE)
            reply.text = f"Answer {number}"
            turn.replies = {voice.uid: [reply]}
            await archive.add_turn(who, conversation.uid, turn)
            before = turn.uid
    return f"{app.url}/c/{conversation.uid}"


async def test_the_first_turns_are_reached_step_by_step_and_from_the_tree(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await a_long_chat(app))
    turns = page.locator(".o-turns")
    await expect(turns).to_have_count(30)
    for shown in (60, 90, 120, TURNS):
        await page.get_by_role("button", name="earlier turns").click()
        await expect(turns).to_have_count(shown)
    await expect(page.get_by_role("button", name="earlier turns")).to_have_count(0)

    await page.reload()
    await desk.is_live()
    await expect(turns).to_have_count(30)
    await desk.choose("Branches")
    await desk.dialog.get_by_role("treeitem", name="Turn 2: Prompt 2,").click()
    await expect(desk.headline).to_have_text(["Prompt 2", f"Prompt {TURNS}"])
    await expect(desk.headline.first).to_be_in_viewport()
    await expect(desk.answer("echo").first).to_have_text("Answer 2")
