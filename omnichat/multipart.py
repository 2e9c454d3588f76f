"""Forms with files in them, as browsers send them."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator

from omnichat.uploads import Upload

ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


class Multipart:
    """A form on its way: its type, its size in bytes and its pieces, which can be had more than once."""

    def __init__(self, fields: tuple[tuple[str, str | Upload], ...]) -> None:
        self._mark = secrets.token_hex(16)
        self._parts = [(self._head(name, value), value) for name, value in fields]
        self._end = f"--{self._mark}--\r\n".encode()
        self.media_type = f"multipart/form-data; boundary={self._mark}"
        self.size = len(self._end) + sum(len(head) + _size(value) + 2 for head, value in self._parts)

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Yield the form bit by bit; files are read as they are sent."""
        for head, value in self._parts:
            yield head
            if isinstance(value, Upload):
                async for piece in value.pieces():
                    yield piece
            else:
                yield value.encode("utf-8", "replace")
            yield b"\r\n"
        yield self._end

    def _head(self, name: str, value: str | Upload) -> bytes:
        lines = [f"--{self._mark}", f'Content-Disposition: form-data; name="{name.translate(ESCAPES)}"']
        if isinstance(value, Upload):
            lines[1] += f'; filename="{value.name.translate(ESCAPES)}"'
            lines.append(f"Content-Type: {value.media_type}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")


def _size(value: str | Upload) -> int:
    return value.size if isinstance(value, Upload) else len(value.encode("utf-8", "replace"))
