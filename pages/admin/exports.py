"""The audit log as a file."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import StreamingResponse

from pages.visits import visitor
from services.people.audit import Search
from services.wiring import Services


def exports(services: Services) -> APIRouter:
    """Return the route ``/admin/audit.<csv or jsonl>``, which is not there for who is no admin."""
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

    return router


def _aware(moment: datetime | None) -> datetime | None:
    return moment.astimezone() if moment and moment.tzinfo is None else moment
