"""What admins take along as files: the audit log, and everything that is kept of somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import IO, Final

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import StreamingResponse

from pages.visits import visitor
from services.audit import Search
from services.conversations import NotThereError
from services.people import NotAllowedError
from services.wiring import Services

PIECE: Final = 65_536  # bytes that are sent at once


def exports(services: Services) -> APIRouter:
    """Return the routes of the files; they are not there for who is no admin."""
    router = APIRouter()

    @router.get("/admin/audit.{form}")
    async def audit(
        request: Request,
        form: str,
        words: str = "",
        action: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> StreamingResponse:
        who, log = visitor(request), services.people.audit
        kinds = {"csv": ("text/csv", log.as_csv), "jsonl": ("application/jsonl", log.as_json_lines)}
        if not who.is_admin or form not in kinds:
            raise HTTPException(404)
        kind, lines = kinds[form]
        search = Search(words=words, action=action, since=_aware(since), until=_aware(until))
        headers = {"content-disposition": f'attachment; filename="audit.{form}"', "cache-control": "no-store"}
        return StreamingResponse(lines(who, search), media_type=f"{kind}; charset=utf-8", headers=headers)

    @router.get("/admin/people/{uid}.zip")
    async def data(request: Request, uid: str) -> StreamingResponse:
        who = visitor(request)
        if not who.is_admin:
            raise HTTPException(404)
        try:
            file = await services.people.own_data.pack(who, uid)
        except (NotThereError, NotAllowedError) as error:
            raise HTTPException(404) from error
        headers = {"content-disposition": 'attachment; filename="omnichat-data.zip"', "cache-control": "no-store"}
        return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)

    return router


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _aware(moment: datetime | None) -> datetime | None:
    return moment.astimezone() if moment and moment.tzinfo is None else moment
