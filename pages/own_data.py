"""Everything that is kept about somebody, as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from pages.callers import address_of
from pages.visits import visitor
from services.chats.conversations import NotThereError
from services.people.person import NotAllowedError
from services.wiring import Services

PIECE = 256 * 1024  # bytes


def own_data(services: Services) -> APIRouter:
    """Return the route ``/own-data/<uid>``: oneself, or for admins somebody else; 403 and 404 for anybody else."""
    router = APIRouter(include_in_schema=False)

    @router.post("/own-data/{uid}")
    async def pack(uid: str, request: Request) -> Response:
        try:
            file = await services.people.own_data.pack(visitor(request), uid, address=address_of(request))
        except NotThereError:
            return Response(status_code=404)
        except NotAllowedError:
            return Response(status_code=403)
        headers = {"Content-Disposition": 'attachment; filename="omnichat-data.zip"', "Cache-Control": "no-store"}
        return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)

    return router


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
