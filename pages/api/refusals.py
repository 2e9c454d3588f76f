"""How the API says no: each error of the services has its status and a word that programs can tell it by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.chats.conversations import NotThereError
from services.people.access_tokens import TokenRefusedError
from services.people.account_rows import TakenError
from services.people.brakes import SlowDownError
from services.people.invitations import LinkOverError
from services.people.names import BadNameError
from services.people.passwords import TooBusyError, WeakPasswordError
from services.people.person import NotAllowedError
from services.people.program_sign_in import CodeNeededError
from services.people.sign_in import RefusedError
from services.rates import TooOftenError
from services.storage.rows import storable

BUSY: Final = 60  # seconds after which a server that was too busy may be asked again
REFUSALS: Final[Mapping[type[Exception], tuple[int, str, str]]] = {
    RefusedError: (401, "refused", ""),
    CodeNeededError: (401, "second_factor_required", "Send the code that your phone shows as code."),
    TokenRefusedError: (401, "token_refused", "That refresh token is not good any more. Sign in again."),
    NotAllowedError: (403, "not_allowed", ""),
    NotThereError: (404, "not_there", "That is not there."),
    TakenError: (409, "taken", ""),
    LinkOverError: (410, "link_over", ""),
    BadNameError: (422, "bad_name", ""),
    WeakPasswordError: (422, "weak_password", ""),
    SlowDownError: (429, "slow_down", ""),
    TooOftenError: (429, "too_often", ""),
    TooBusyError: (503, "too_busy", ""),
}
TITLES: Final = {
    400: "The request cannot be read",
    401: "Not signed in, or refused",
    403: "Not allowed",
    404: "Not there",
    409: "Taken",
    410: "The invitation is over",
    413: "Too large",
    422: "Cannot be used as it is",
    429: "Too often; Retry-After says when",
    503: "Too busy; Retry-After says when",
}


class Refusal(BaseModel):
    """Why something was not done: ``detail`` for people, ``code`` for programs."""

    detail: str
    code: str = ""


def told(*statuses: int) -> dict[int | str, dict[str, object]]:
    """Return what the description of a route says about these refusals."""
    return {status: {"model": Refusal, "description": TITLES[status]} for status in statuses}


def tell_refusals(made: FastAPI) -> None:
    """Let the API answer errors of the services with their refusals; what was sent is never repeated."""
    for error in REFUSALS:
        made.add_exception_handler(error, _refused)
    made.add_exception_handler(RequestValidationError, _invalid)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    status, code, words = next(REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS)
    headers = {}
    if isinstance(error, SlowDownError | TooOftenError):
        headers["Retry-After"] = str(error.seconds)
    elif status == 503:
        headers["Retry-After"] = str(BUSY)
    elif status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(Refusal(detail=words or str(error), code=code).model_dump(), status, headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = storable(".".join(str(part) for part in first["loc"]))[:200]
    return JSONResponse(Refusal(detail=f"{place}: {first['msg']}", code="invalid").model_dump(), 422)
