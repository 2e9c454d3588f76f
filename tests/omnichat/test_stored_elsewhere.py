"""Files stored where they are not stored as at OpenAI's."""

from __future__ import annotations

import pytest

from omnichat.errors import BadRequestError, NotFoundError, ServerError
from tests.omnichat.endpoints import at
from tests.omnichat.far_end import JSON, Saying
from tests.omnichat.forms import fields

ROW = {"id": "file-1", "object": "file", "created_at": 1715021438, "filename": "a.jsonl", "bytes": 3, "purpose": "eval"}


async def test_together_takes_files_at_a_place_apart() -> None:
    waiting = {**ROW, "processing_status": "PENDING"}
    listed = {"data": [ROW, {**ROW, "processing_status": "INVALID_FORMAT"}]}
    content = Saying(kind="application/binary", pieces=(b"{}\n",))
    async with at("together", waiting, listed, ROW, content, {"id": "file-1", "deleted": True}) as (end, client):
        kept = await client.files.create(file=("a.jsonl", b"{}\n"), provider="together")
        page = await client.files.list(provider="together")
        found = await client.files.retrieve("file-1", provider="together")
        read = await client.files.content("file-1", provider="together")
        gone = await client.files.delete("file-1", provider="together")
    assert [(one.method, one.path) for one in end.asked] == [
        ("POST", "/files/upload"),
        ("GET", "/files"),
        ("GET", "/files/file-1"),
        ("GET", "/files/file-1/content"),
        ("DELETE", "/files/file-1"),
    ]
    sent = {field.name: field.content for field in fields(end.asked[0])}
    assert sent == {"purpose": b"fine-tune", "file_name": b"a.jsonl", "file_type": b"jsonl", "file": b"{}\n"}
    assert (kept.status, found.status, gone.deleted) == ("uploaded", "processed", True)
    assert [file.status for file in page.data] == ["processed", "error"]
    assert read.content == b"{}\n"


async def test_a_purpose_is_told_together_in_its_words() -> None:
    async with at("together", ROW) as (end, client):
        for purpose in ("batch", "eval"):
            await client.files.create(file=("a.csv", b"a\n"), purpose=purpose, provider="together")
    assert [fields(one)[0].content for one in end.asked] == [b"batch-api", b"eval"]


async def test_replicate_keeps_files_for_its_models() -> None:
    row = {
        "id": "f1",
        "name": "cat.png",
        "content_type": "image/png",
        "size": 4,
        "created_at": "2026-11-21T00:00:00Z",
        "expires_at": "2026-11-22T00:00:00Z",
        "urls": {"get": "https://api.replicate.com/v1/files/f1"},
    }
    first = {"results": [row], "next": "https://elsewhere.example/v1/files?cursor=c%3D"}
    gone = Saying(kind=JSON)
    async with at("replicate", row, first, {"results": [row], "next": None}, row, gone) as (end, client):
        kept = await client.files.create(file=("cat.png", b"\x89PNG"), provider="replicate")
        page = await client.files.list(provider="replicate")
        found = await client.files.retrieve("f1", provider="replicate")
        deleted = await client.files.delete("f1", provider="replicate")
    assert [(one.method, one.path) for one in end.asked] == [
        ("POST", "/files"),
        ("GET", "/files"),
        ("GET", "/files?cursor=c%3D"),
        ("GET", "/files/f1"),
        ("DELETE", "/files/f1"),
    ]
    (sent,) = fields(end.asked[0])
    assert (sent.name, sent.file, sent.media_type, sent.content) == ("content", "cat.png", "image/png", b"\x89PNG")
    assert (kept.id, kept.bytes, kept.filename, kept.created_at) == ("f1", 4, "cat.png", 1795219200)
    assert kept.expires_at == 1795219200 + 24 * 3600
    assert (page.data, found, deleted.deleted) == ([kept, kept], kept, True)


async def test_what_replicate_does_not_give_is_said() -> None:
    missing = Saying(
        status=404, kind=JSON, pieces=(b'{"title": "Not found", "detail": "No such file", "status": 404}',)
    )
    async with at("replicate", missing, {"detail": "?"}) as (end, client):
        with pytest.raises(BadRequestError, match="its models only"):
            await client.files.content("f1", provider="replicate")
        with pytest.raises(NotFoundError, match="No such file"):
            await client.files.retrieve("f1", provider="replicate")
        with pytest.raises(ServerError, match="no file"):
            await client.files.retrieve("f1", provider="replicate")
    assert len(end.asked) == 2
