"""The API behind the real entrance, with three people, over a fresh database."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from fastapi import FastAPI

from pages.api.door import api
from pages.threshold import threshold
from services.people.person import Person, Role
from services.settings import Settings
from services.wiring import Services
from tests.services.ready import ready_file

PASSWORD = "violet tractor sings"
URL = "http://chat.example.org"


@dataclass(slots=True)
class House:
    """The services, and a client without cookies or tokens."""

    services: Services
    web: httpx.AsyncClient

    async def person(self, handle: str, role: Role = Role.USER) -> Person:
        """Return somebody new; all have the same password."""
        return await self.services.people.accounts.create(handle=handle, password=PASSWORD, role=role)

    async def cookie(self, who: Person) -> dict[str, str]:
        """Return the header of a browser that somebody signed in with."""
        secret = await self.services.people.sessions.begin(who, address="192.0.2.1", agent="Firefox")
        return {"Cookie": f"omnichat_session={secret}"}

    async def bearer(self, who: Person) -> dict[str, str]:
        """Return the header of a program that signed in as somebody."""
        return {"Authorization": f"Bearer {(await self.services.people.access_tokens.begin(who)).access}"}

    async def login(self, handle: str, **more: str) -> httpx.Response:
        """Sign in as a program does."""
        return await self.web.post("/api/auth/login", json={"login": handle, "password": PASSWORD, **more})


@asynccontextmanager
async def a_house(folder: Path, **more: str | bool) -> AsyncGenerator[House, None]:
    """Open a house with accounts, ``more`` being further settings."""
    database = await ready_file(folder / "omnichat.db")
    settings = Settings(data_dir=folder, database_url=database, single_user=False, url=URL, local_model="off")
    services = Services(settings.model_copy(update=more))
    await services.connect()
    app = FastAPI()
    app.mount("/api", api(services))
    app.get("/page")(lambda: "a page")
    transport = httpx.ASGITransport(threshold(services, app), client=("192.0.2.7", 1234))
    try:
        async with httpx.AsyncClient(transport=transport, base_url=URL) as web:
            yield House(services, web)
    finally:
        await services.close()
