"""Files on their way to a provider."""

from __future__ import annotations

import asyncio
import base64
import mimetypes
import os
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

FileContent: TypeAlias = bytes | os.PathLike[str] | IO[bytes]
FileInput: TypeAlias = FileContent | tuple[str | None, FileContent] | tuple[str | None, FileContent, str | None]

PIECE = 256 * 1024  # bytes
UNNAMED = "upload"
ANY_TYPE = "application/octet-stream"
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*", re.ASCII)
CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file to be sent, as often as it takes; ``start`` is where an open one began."""

    name: str
    media_type: str
    size: int
    content: bytes | Path | IO[bytes]
    start: int = 0

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Yield the content bit by bit, read in another thread."""
        if isinstance(self.content, bytes):
            for begin in range(0, self.size, PIECE):
                yield self.content[begin : begin + PIECE]
            return
        file = await asyncio.to_thread(self._open, self.content)
        try:
            left = self.size
            while left and (piece := await asyncio.to_thread(file.read, min(PIECE, left))):
                left -= len(piece)
                yield piece
        finally:
            if file is not self.content:
                await asyncio.to_thread(file.close)

    def read(self) -> bytes:
        """Return the whole content; not for the thread of an event loop."""
        if isinstance(self.content, bytes):
            return self.content
        file = self._open(self.content)
        try:
            return file.read(self.size)
        finally:
            if file is not self.content:
                file.close()

    def base64(self) -> str:
        """Return the whole content in base64; not for the thread of an event loop."""
        return base64.b64encode(self.read()).decode("ascii")

    def data_url(self) -> str:
        """Return the file as a ``data:`` address; not for the thread of an event loop."""
        return f"data:{self.media_type};base64,{self.base64()}"

    @property
    def suffix(self) -> str:
        """The end of the name, such as ``mp3``, in lower case."""
        return Path(self.name).suffix.lower().removeprefix(".")

    def _open(self, content: Path | IO[bytes]) -> IO[bytes]:
        if isinstance(content, Path):
            return content.open("rb")
        content.seek(self.start)
        return content


async def read_upload(given: FileInput) -> Upload:
    """Return the file that a path, bytes, an open file, or ``(name, content, media type)`` stands for.

    A name keeps no folders and no control characters. An open file is read from where it stands.
    """
    name, content, media_type = _parts(given)
    body: bytes | Path | IO[bytes]
    if isinstance(content, bytes | bytearray):
        size, body, start = len(content), bytes(content), 0
    elif isinstance(content, os.PathLike):
        path = Path(content)
        size, body, start = (await asyncio.to_thread(path.stat)).st_size, path, 0
    elif hasattr(content, "read"):
        size, body, start = await asyncio.to_thread(_measure, content)
    else:
        raise TypeError(f"a file is a path, bytes, an open file or a tuple of name and content, not {type(given)}")
    called = tidy_name(name or _name_of(content))
    if not (media_type and MEDIA_TYPE.fullmatch(media_type)):
        media_type = mimetypes.guess_type(called)[0] or ANY_TYPE
    return Upload(name=called, media_type=media_type, size=size, content=body, start=start)


def tidy_name(name: str) -> str:
    """Return the last part of a file name, without anything that could end it early on the wire."""
    last = CONTROLS.sub(" ", name).replace("\\", "/").rstrip("/").rpartition("/")[2].strip()
    return last if last not in {"", ".", ".."} else UNNAMED


def _parts(given: FileInput) -> tuple[str | None, FileContent, str | None]:
    if not isinstance(given, tuple):
        return None, given, None
    name, content, *rest = given
    return name, content, rest[0] if rest else None


def _name_of(content: FileContent) -> str:
    named = content if isinstance(content, os.PathLike) else getattr(content, "name", None)
    return os.fsdecode(named) if isinstance(named, str | bytes | os.PathLike) else UNNAMED


def _measure(file: IO[bytes]) -> tuple[int, bytes | IO[bytes], int]:
    """Return the size of what is left in an open file, the file, and where it stands; one that cannot seek is read."""
    if isinstance(file.read(0), str):
        raise TypeError("a file must be opened for reading bytes, not text")
    if not file.seekable():
        content = file.read()
        return len(content), content, 0
    start = file.tell()
    size = file.seek(0, os.SEEK_END) - start
    file.seek(start)
    return size, file, start
