"""The API as a whole: its routes, what it says of itself, and how it says no."""

from __future__ import annotations

from fastapi import FastAPI

from pages.api.auth import auth
from pages.api.profile import profile
from pages.api.refusals import tell_refusals
from services.wiring import Services

DESCRIPTION = (
    "Sign in for an access token (15 minutes) and a refresh token (once, within 30 days), or make an API token in the "
    "settings; send either as `Authorization: Bearer …` or `X-API-Key: …`. Every refusal is JSON with a `detail`."
)


def api(services: Services) -> FastAPI:
    """Return the application below ``/api``."""
    made = FastAPI(title="OmniChat", version="1", description=DESCRIPTION, docs_url=None, redoc_url=None)
    made.include_router(auth(services))
    made.include_router(profile(services))
    tell_refusals(made)
    return made
