"""Who leads by votes, how sure that is, and at what price."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from services.chats.archive import Archive
from services.chats.ballot_box import put_in
from services.chats.ballots import Verdict, Vote
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.replies import ModelReply, ReplyState
from services.storage.database import Database
from tests.journeys.desk import Desk
from tests.journeys.running_app import RunningApp

PRICED = ("openai/gpt-4o", "openai/gpt-4o-mini")
HOSTILE = 'custom/{b} <img src=x onerror="document.title=1">'


async def voted(app: RunningApp, *, tags: tuple[str, ...] = ("code", "letters", "code")) -> None:
    """Store a conversation in which the dearer model won once for each tag."""
    lanes = [Lane(model=model, name=model) for model in (*PRICED, HOSTILE)]
    conversation = Conversation(title="Votes", lanes=lanes)
    async with Database(f"sqlite://{app.folder / 'data' / 'omnichat.db'}"):
        archive = Archive()
        who = await archive.local_person()
        await archive.begin(who, conversation)
        for tag in tags:
            turn = Turn(prompt="Which?", parent=conversation.head)
            conversation.head = turn.uid
            for lane in lanes:
                reply = ModelReply(lane_uid=lane.uid, model=lane.model, state=ReplyState.DONE)
                reply.text, reply.input_tokens, reply.output_tokens = "So.", 1000, 500
                turn.replies[lane.uid] = [reply]
            await archive.add_turn(who, conversation.uid, turn)
            models = {lane.uid: lane.model for lane in lanes}
            won = lanes[0].uid
            await put_in(who, Vote(turn=turn.uid, verdict=Verdict.BETTER, winner=won, models=models, tag=tag))


async def test_the_leaderboard_shows_ratings_bands_shares_and_costs_and_only_it_loads_charts(
    own_app: RunningApp, page: Page
) -> None:
    loaded = list[str]()
    page.on("request", lambda request: loaded.append(request.url))
    desk = await Desk(page).open(own_app.url)
    await page.get_by_role("link", name="Leaderboard").click()
    await expect(page.get_by_role("heading", name="No votes yet")).to_be_visible()
    assert not any("echart" in url for url in loaded)

    await voted(own_app)
    await desk.open(f"{own_app.url}/leaderboard")
    first = page.get_by_role("row").nth(1)
    await expect(first.get_by_role("rowheader")).to_contain_text("gpt-4o")
    await expect(first.get_by_role("cell").last).to_have_text("$0.0075")
    await expect(first).to_contain_text("100%")
    await expect(first.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"[\d,]+ to [\d,]+"))
    await expect(page.get_by_text("3 votes")).to_be_visible()
    await expect(page.get_by_text("Bands of places")).to_be_visible()
    chart = page.get_by_role("img", name="Cost an answer against rating")
    await expect(chart.locator("svg").get_by_text("gpt-4o-mini")).to_be_visible()
    assert any("echart" in url for url in loaded)


async def test_votes_are_narrowed_to_a_tag_and_names_stay_text(own_app: RunningApp, page: Page) -> None:
    await voted(own_app)
    await Desk(page).open(f"{own_app.url}/leaderboard")
    await expect(page.get_by_role("rowheader", name="<img src=x")).to_be_visible()
    await page.get_by_role("radio", name="letters").press("Enter")
    await expect(page.get_by_text("1 vote", exact=True)).to_be_visible()
    await page.get_by_role("radio", name="Everybody").click()
    await expect(page.get_by_role("row")).to_have_count(4)
    await expect(page).to_have_title("Leaderboard · OmniChat")


async def test_points_of_the_chart_follow_the_theme(own_app: RunningApp, page: Page) -> None:
    await voted(own_app)
    await Desk(page).open(f"{own_app.url}/leaderboard")
    label = page.get_by_role("img", name="Cost an answer").locator("svg").get_by_text("gpt-4o-mini")
    await expect(label).to_be_visible()
    ink = "node => getComputedStyle(node).fill"
    light = await label.evaluate(ink)
    await page.emulate_media(color_scheme="dark")
    await expect(page.locator("body.body--dark")).to_have_count(1)
    assert await label.evaluate(ink) != light
