"""The pictures that people gave their personas."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from pages.visits import visitor
from services.chats.conversations import NotThereError
from services.wiring import Services

WEEK = 7 * 24 * 3600


def pictures(services: Services) -> APIRouter:
    """Return the route ``/pictures/<digest>``, which shows a picture to whom it belongs and 404 to anybody else."""
    router = APIRouter()

    @router.get("/pictures/{digest}", include_in_schema=False)
    async def picture(digest: str, request: Request) -> Response:
        try:
            found = await services.personas.pictures.open(visitor(request), digest)
        except NotThereError:
            return Response(status_code=404)
        headers = {
            "Cache-Control": f"private, max-age={WEEK}, immutable",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(found.data, media_type=found.media_type, headers=headers)

    return router
