"""Who calls the API, and whether what they show was made for that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import Request
from fastapi.security import APIKeyHeader, HTTPBearer

from pages.visits import visit_of
from services.people.person import NotAllowedError, Person
from services.people.scopes import Scope

SHOWN: Final = (
    HTTPBearer(auto_error=False, description="An access token, or an API token."),
    APIKeyHeader(name="X-API-Key", auto_error=False, description="The same, for programs that send keys so."),
)


def caller(scope: Scope) -> Callable[[Request], Person]:
    """Return a dependency: whoever calls, if what they show may do ``scope``."""

    def called(request: Request) -> Person:
        visit = visit_of(request)
        if visit.person is None:
            raise NotAllowedError("Sign in first.")
        if scope not in visit.scopes:
            raise NotAllowedError(f"This token was not made for that; it takes one with the scope {scope}.")
        return visit.person

    return called
