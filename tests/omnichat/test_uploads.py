"""Files on their way to a provider."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from typing_extensions import override

from omnichat import AsyncClient, ServerError, Timeouts
from omnichat.uploads import read_upload
from tests.omnichat.far_end import JSON, FarEnd, Saying, far_end
from tests.omnichat.forms import Field, fields
from tests.omnichat.told_answers import FILE, say

KEPT = say(FILE)


@asynccontextmanager
async def sending(*says: Saying, **options: Any) -> AsyncIterator[tuple[FarEnd, AsyncClient]]:
    async with far_end(*(says or (KEPT,))) as end, AsyncClient(base_urls={"custom": end.url}, **options) as client:
        yield end, client


async def sent(end: FarEnd, client: AsyncClient, file: Any) -> Field:
    await client.files.create(file=file, provider="custom")
    return next(field for field in fields(end.asked[-1]) if field.name == "file")


async def test_a_file_is_a_path_bytes_an_open_file_or_a_tuple(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"0123456789")
    with path.open("rb") as opened, io.BytesIO(b"in memory") as memory:
        opened.seek(4)
        memory.name = "/home/me/memory.pdf"
        async with sending() as (end, client):
            assert await sent(end, client, path) == Field("file", b"0123456789", "notes.txt", "text/plain")
            assert await sent(end, client, opened) == Field("file", b"456789", "notes.txt", "text/plain")
            assert await sent(end, client, memory) == Field("file", b"in memory", "memory.pdf", "application/pdf")
            assert await sent(end, client, b"bare") == Field("file", b"bare", "upload", "application/octet-stream")
            assert await sent(end, client, ("a.png", b"x")) == Field("file", b"x", "a.png", "image/png")
            assert await sent(end, client, ("a.png", path, "text/css")) == Field(
                "file", b"0123456789", "a.png", "text/css"
            )
        assert opened.tell() == 10


async def test_a_pipe_can_be_sent_and_sent_again() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"through a pipe")
    os.close(writing)
    busy = Saying(status=503, kind=JSON, headers={"Retry-After-Ms": "1"})
    with os.fdopen(reading, "rb") as pipe:
        async with sending(busy, KEPT) as (end, client):
            assert (await sent(end, client, ("p.txt", pipe))).content == b"through a pipe"
            assert [fields(asked)[-1].content for asked in end.asked] == [b"through a pipe"] * 2


@pytest.mark.parametrize("kind", ["path", "open", "bytes"])
async def test_a_file_is_sent_from_the_beginning_again(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"x" * 600_000)
    busy = Saying(status=503, kind=JSON, headers={"Retry-After-Ms": "1"})
    with path.open("rb") as opened:
        file: Any = {"path": path, "open": opened, "bytes": path.read_bytes()}[kind]
        async with sending(busy, KEPT) as (end, client):
            await client.files.create(file=file, provider="custom")
    assert [len(fields(asked)[-1].content) for asked in end.asked] == [600_000] * 2


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\cv.pdf", "cv.pdf"),
        ('a"; filename="b.exe', "a%22; filename=%22b.exe"),
        ("a\r\nContent-Type: text/html\r\n\r\n<b>", "html <b>"),
        ("a\r\nX-Evil: 1", "a X-Evil: 1"),
        ("nul\x00byte.txt", "nul byte.txt"),
        ("..", "upload"),
        ("", "upload"),
        ("   ", "upload"),
        ("дом 家.txt", "дом 家.txt"),
        ("\ud800.txt", "?.txt"),
    ],
)
async def test_a_hostile_name_stays_a_name(name: str, tidy: str) -> None:
    async with sending() as (end, client):
        await client.files.create(file=(name, b"x", "text/plain\r\nX-Evil: 1"), provider="custom")
    head, _, _ = end.asked[0].body.partition(b"\r\n\r\nx\r\n")
    lines = head.decode().split("\r\n")
    assert f'Content-Disposition: form-data; name="file"; filename="{tidy}"' in lines
    assert sum(line.lower().startswith(("content-", "x-evil")) for line in lines) == 3
    assert [field.name for field in fields(end.asked[0])] == ["purpose", "file"]


@pytest.mark.parametrize("file", ["notes.txt", io.StringIO("text"), 5, None])
async def test_what_is_no_file_is_no_file(file: Any) -> None:
    async with sending() as (end, client):
        with pytest.raises(TypeError):
            await client.files.create(file=file, provider="custom")
    assert end.asked == []


async def test_a_missing_file_is_told_as_such(tmp_path: Path) -> None:
    async with sending() as (end, client):
        with pytest.raises(FileNotFoundError):
            await client.files.create(file=tmp_path / "gone.txt", provider="custom")
    assert end.asked == []


async def test_a_large_file_leaves_the_event_loop_free_and_the_memory_alone(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(96 * 1024 * 1024)
    beats, longest = 0, 0.0

    async def beat() -> None:
        nonlocal beats, longest
        while True:
            begun = monotonic()
            await asyncio.sleep(0.005)
            beats, longest = beats + 1, max(longest, monotonic() - begun)

    async with sending() as (end, client):
        heart = asyncio.create_task(beat(), name="heart")
        await client.files.create(file=path, provider="custom")
        heart.cancel()
    assert int(end.asked[0].headers["content-length"]) > 96 * 1024 * 1024
    assert beats > 10
    assert longest < 0.5


async def test_a_slow_upload_is_alive_as_long_as_something_leaves() -> None:
    class Slow(io.BytesIO):
        @override
        def read(self, size: int | None = -1) -> bytes:
            if size:
                released.wait(0.06)
            return super().read(size)

    released = threading.Event()
    timeouts = Timeouts(own_first_byte=0.2)
    async with sending(timeouts=timeouts) as (end, client):
        file = Slow(b"x" * (8 * 256 * 1024))
        await client.files.create(file=("slow.bin", file), provider="custom")
    assert len(end.asked[0].body) > 8 * 256 * 1024


async def test_a_file_that_shrinks_on_the_way_is_a_failure_and_no_hang(tmp_path: Path) -> None:
    path = tmp_path / "shrinking.bin"
    path.write_bytes(b"x" * 1000)
    upload = await read_upload(path)
    path.write_bytes(b"x")
    assert b"".join([piece async for piece in upload.pieces()]) == b"x"


async def test_a_base64_answer_that_is_none_is_an_error_of_the_provider() -> None:
    broken = say({"data": [{"index": 0, "embedding": "&&&"}]})
    async with sending(broken, retries=0) as (_, client):
        with pytest.raises(ServerError, match="no base64"):
            await client.embeddings.create(model="custom/m", input="Hello")
