"""Whether the server lives and is ready, for whatever watches over it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.wiring import Services


def health(services: Services) -> APIRouter:
    """Return the routes ``/healthz`` (the process lives) and ``/readyz`` (its database answers too)."""
    router = APIRouter()

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz(response: Response) -> dict[str, str]:
        if services.ready and await services.database.ping():
            return {"status": "ready"}
        response.status_code = 503
        return {"status": "not ready"}

    return router
