"""Coming in by program: an account, tokens, the next tokens, and the end of them."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from pages.api.refusals import told
from pages.callers import address_of, agent_of
from services.people.access_tokens import TokenPair
from services.people.person import NotAllowedError
from services.wiring import Services

ALONE: Final = "This server is for one person, who needs no account."
Name = Annotated[str, Field(max_length=254)]
Password = Annotated[str, Field(min_length=1, max_length=256)]
Secret = Annotated[str, Field(min_length=1, max_length=200)]


class Asked(BaseModel):
    """What programs send has no other fields than these."""

    model_config = ConfigDict(extra="forbid")


class Registering(Asked):
    """A new account; ``invitation`` is the token of a link, needed unless everybody may register."""

    handle: Name
    password: Password
    name: Name = ""
    mail: Name = ""
    invitation: Annotated[str, Field(max_length=200)] = ""


class SigningIn(Asked):
    """A user name or mail address, the password, and the code of the second factor where one is asked for."""

    login: Name
    password: Password
    code: Annotated[str, Field(max_length=40)] = ""


class Renewing(Asked):
    """A refresh token."""

    refresh_token: Secret


class Tokens(BaseModel):
    """An access token for ``expires_in`` seconds, and the refresh token that gets the next of both, once."""

    access_token: str
    refresh_token: str
    token_type: str = "bearer"
    expires_in: int


def auth(services: Services) -> APIRouter:
    """Return the routes below ``/auth``; none of them looks at who is signed in already."""
    router = APIRouter(prefix="/auth", tags=["auth"])
    people = services.people

    @router.post("/register", status_code=201, responses=told(400, 403, 409, 410, 413, 422, 429, 503))
    async def register(asked: Registering, request: Request) -> Tokens:
        """Make an account, and return its first tokens."""
        if services.settings.alone:
            raise NotAllowedError(ALONE)
        told = {"handle": asked.handle, "name": asked.name, "mail": asked.mail, "password": asked.password}
        address = address_of(request)
        if asked.invitation:
            who = await people.joining.join(asked.invitation, **told, address=address)
        else:
            who = await people.joining.register(**told, address=address)
        return _shown(await people.program_sign_in.admit(who, address=address, agent=agent_of(request)))

    @router.post("/login", responses=told(400, 401, 413, 422, 429, 503))
    async def login(asked: SigningIn, request: Request) -> Tokens:
        """Return the first tokens; 401 with ``second_factor_required`` when a code has to come with the password."""
        pair = await people.program_sign_in.begin(
            asked.login, asked.password, asked.code, address=address_of(request), agent=agent_of(request)
        )
        return _shown(pair)

    @router.post("/refresh", responses=told(400, 401, 413, 422, 429))
    async def refresh(asked: Renewing, request: Request) -> Tokens:
        """Return the next tokens. A refresh token that comes twice ends all that followed its sign-in."""
        return _shown(await people.access_tokens.renew(asked.refresh_token, agent=agent_of(request)))

    @router.post("/logout", status_code=204, responses=told(400, 413, 422, 429))
    async def logout(asked: Renewing) -> None:
        """End the tokens of this sign-in at once."""
        await people.access_tokens.end(asked.refresh_token)

    return router


def _shown(pair: TokenPair) -> Tokens:
    return Tokens(access_token=pair.access, refresh_token=pair.refresh, expires_in=pair.seconds)
