"""What somebody tells about themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Security
from pydantic import BaseModel, Field

from pages.api.auth import Asked, Name
from pages.api.callers import SHOWN, caller
from pages.api.refusals import told
from services.people.account_rows import Account
from services.people.person import Person
from services.people.scopes import Scope
from services.wiring import Services

Owner = Annotated[Person, Depends(caller(Scope.PROFILE))]


class Profile(BaseModel):
    """An account as its owner sees it; times are in UTC."""

    id: str
    handle: str
    name: str
    mail: str
    mail_verified: bool
    role: str
    language: str
    time_zone: str
    second_factor: bool
    created_at: datetime


class Changed(Asked):
    """What the profile says from now on; an address that changes is not verified any more."""

    handle: Name
    name: Name
    mail: Name = ""
    language: Annotated[str, Field(max_length=20)] = ""
    time_zone: Annotated[str, Field(max_length=60)] = ""


def profile(services: Services) -> APIRouter:
    """Return the routes ``/users/profile``."""
    router = APIRouter(prefix="/users", tags=["users"], dependencies=[Security(each) for each in SHOWN])
    accounts = services.people.accounts

    @router.get("/profile", responses=told(401, 403, 404, 429))
    async def read_profile(who: Owner) -> Profile:
        """Return one's own profile."""
        return _shown(await accounts.named(who, who.uid))

    @router.put("/profile", responses=told(400, 401, 403, 404, 409, 413, 422, 429))
    async def change_profile(changed: Changed, who: Owner) -> Profile:
        """Say something else about oneself, and return the profile as it is now."""
        await accounts.describe(who, **changed.model_dump())
        return _shown(await accounts.named(who, who.uid))

    return router


def _shown(account: Account) -> Profile:
    return Profile(
        id=account.person.uid,
        handle=account.person.handle,
        name=account.person.name,
        mail=account.mail,
        mail_verified=account.mail_verified,
        role=account.person.role,
        language=account.language,
        time_zone=account.time_zone,
        second_factor=account.second_factor,
        created_at=account.created_at,
    )
