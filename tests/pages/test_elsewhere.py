"""Who may be led to another place that vouches for people, and by whom."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from typing_extensions import override

from omnichat.guard import OpenNetworks
from pages.elsewhere import elsewhere
from pages.threshold import threshold
from services.people.federation import Federation
from services.people.issuers import Issuer
from services.people.vouching import Identity, Question, Voucher
from tests.pages.the_api import URL, House, a_house

AWAY = "https://there.example/authorize"


class Stamp(Voucher):
    """A place that is reached without a network."""

    @override
    async def location(self, question: Question) -> str:
        return AWAY

    @override
    async def identity(self, question: Question, answer: Mapping[str, str]) -> Identity:
        raise AssertionError("nobody comes back")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path) as house:
        people = house.services.people
        issuer = Issuer(name="there", title="There", address="https://there.example", client_id="us")
        people.federation = Federation([Stamp(issuer, OpenNetworks())], people.joining, people.audit)
        app = FastAPI()
        app.include_router(elsewhere(house.services))
        transport = httpx.ASGITransport(threshold(house.services, app))
        async with httpx.AsyncClient(transport=transport, base_url=URL) as web:
            yield House(house.services, web)


async def leave(house: House, headers: Mapping[str, str]) -> str:
    return (await house.web.get("/auth/with/there", headers=headers)).headers["Location"]


async def test_only_pages_of_ours_lead_somebody_who_is_in_to_another_place(house: House) -> None:
    cookie = await house.cookie(await house.person("uma"))
    assert await leave(house, {**cookie, "Sec-Fetch-Site": "same-origin"}) == AWAY
    for site in ("cross-site", "same-site"):
        assert await leave(house, {**cookie, "Sec-Fetch-Site": site}) == "/settings/security?problem=vouch"


async def test_strangers_may_come_from_anywhere(house: House) -> None:
    assert await leave(house, {"Sec-Fetch-Site": "cross-site"}) == AWAY
