"""What it costs to know who asks, and whether guessing passwords disturbs those who are in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

import aiohttp

from maintenance.benchmark.app import running_app
from maintenance.benchmark.report import Figure
from maintenance.benchmark.script import Script
from maintenance.benchmark.upstream import running_upstream
from maintenance.benchmark.visitor import visiting
from services.chats.conversations import Conversation, Lane
from services.people.everybody import Everybody
from services.people.person import Person, Role
from services.people.rules import Feature, Rules
from services.people.scopes import Scope
from services.people.sessions import Visit
from services.settings import Settings
from services.wiring import Services

ASKED = 1000
LANES = 4
PACED = Script(500, delay=20)
GUESSES = 1000 / 60  # each second
PATIENCE = 20.0
PASSWORD = "violet tractor sings"
ACCOUNTS = {"OMNICHAT_SINGLE_USER": "0", "OMNICHAT_TRUSTED_PROXIES": "127.0.0.1", "OMNICHAT_BACKUPS": "off"}


async def doors(folder: Path) -> list[Figure]:
    """Find out who asks a thousand times, by each of the three things that can be shown."""
    services = _services(folder)
    await services.connect()
    try:
        who, cookie, _ = await _somebody(services)
        people = services.people
        access = (await people.access_tokens.begin(who)).access
        token = (await people.tokens.make(who, "benchmark", [Scope.READ], days=None)).secret
        bound = (await people.tokens.make(await _bound(people, who), "benchmark", [Scope.READ], days=None)).secret
        costs = {
            "a cookie": await _cost(services.visit, cookie),
            "an access token": await _cost(people.bearing, access),
            "an API token": await _cost(people.bearing, token),
            "an API token, bound by the default group": await _cost(people.bearing, bound),
        }
    finally:
        await services.close()
    return [Figure(name=f"CPU to know who shows {name}", value=each, unit="ms", bar=1) for name, each in costs.items()]


async def guessing(folder: Path) -> list[Figure]:
    """Stream four lanes to a page, once in peace and once while a thousand passwords a minute are guessed."""
    services = _services(folder)
    await services.connect()
    _, cookie, chats = await _somebody(services, chats=2)
    await services.close()
    headers = {"Cookie": f"omnichat_session={cookie}"}
    async with (
        running_upstream() as upstream,
        running_app(folder, upstream, ACCOUNTS, first="/readyz") as app,
        aiohttp.ClientSession(headers=headers) as browser,
        aiohttp.ClientSession() as stranger,
    ):
        idle = await _gap(browser, app.url, chats[0])
        guessed = asyncio.create_task(_guess(stranger, app.url), name="guessing")
        busy = await _gap(browser, app.url, chats[1])
        guessed.cancel()
        await asyncio.wait([guessed])
    note = f"{idle * 1000:.0f} ms in peace, {busy * 1000:.0f} ms meanwhile"
    return [
        Figure(
            name="gap between tokens while passwords are guessed, p95", value=busy / idle, unit="×", bar=1.5, note=note
        )
    ]


async def _cost(find: Callable[[str], Awaitable[Visit]], shown: str) -> float:
    """Return the milliseconds of CPU that one look takes."""
    await find(shown)
    before = time.process_time()
    for _ in range(ASKED):
        visit = await find(shown)
        assert visit.person
    return (time.process_time() - before) * 1000 / ASKED


async def _gap(browser: aiohttp.ClientSession, url: str, address: str) -> float:
    """Return the seconds between two changes of the page that one in twenty exceeds."""
    async with visiting(browser, url, address) as page:
        await page.ask("Say it all", PATIENCE)
        begin = len(page.updates)
        await asyncio.sleep(PACED.seconds)
        gaps = [later - earlier for earlier, later in pairwise(page.updates[begin:])]
    return quantiles(gaps, n=20)[-1]


async def _guess(stranger: aiohttp.ClientSession, url: str) -> None:
    """Try passwords from many addresses at an even pace, until cancelled."""
    number = 0
    async with asyncio.TaskGroup() as running:
        while True:
            number += 1
            sender = {"X-Forwarded-For": f"198.51.{number // 250 % 250}.{number % 250}"}
            body = {"login": f"somebody-{number}", "password": f"guess number {number}"}
            running.create_task(_send(stranger, f"{url}/api/auth/login", body, sender))
            await asyncio.sleep(1 / GUESSES)


async def _send(stranger: aiohttp.ClientSession, url: str, body: dict[str, str], sender: dict[str, str]) -> None:
    async with stranger.post(url, json=body, headers=sender) as answer:
        await answer.read()


def _services(folder: Path) -> Services:
    return Services(Settings(data_dir=folder, database_url="", single_user=False, local_model="off"))


async def _bound(people: Everybody, owner: Person) -> Person:
    """Return somebody of whose rules one has to look the furthest for: in no group, with a default group."""
    group = await people.groups.save(owner, "Default", Rules(features=(Feature.TOKENS,)))
    await people.house.change(owner, lambda rules: replace(rules, group=group.uid))
    return await people.accounts.create(handle="bound", password=PASSWORD)


async def _somebody(services: Services, chats: int = 0) -> tuple[Person, str, list[str]]:
    """Return somebody new, the secret of a session of theirs, and the addresses of chats in which nothing was asked."""
    who = await services.people.accounts.create(handle="somebody", password=PASSWORD, role=Role.OWNER)
    secret = await services.people.sessions.begin(who, address="192.0.2.1", agent="benchmark")
    made = list[Conversation]()
    for _ in range(chats):
        lanes = [Lane(model=f"custom/{PACED.model}", name=f"Lane {number}") for number in range(LANES)]
        made.append(Conversation(lanes=lanes))
        await services.archive.begin(who, made[-1])
    return who, secret, [f"/c/{each.uid}" for each in made]
