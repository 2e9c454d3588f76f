"""Amazon's frames, made from lines that can be read: each ``event`` or ``exception``, its type and its payload.

A ``chunk`` is an event whose payload is hidden in base64.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from struct import pack
from zlib import crc32


def framed(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return one frame."""
    head = b"".join(
        pack(">B", len(name)) + name.encode() + pack(">BH", 7, len(value.encode())) + value.encode()
        for name, value in headers.items()
    )
    prelude = pack(">II", len(head) + len(payload) + 16, len(head))
    body = prelude + pack(">I", crc32(prelude)) + head + payload
    return body + pack(">I", crc32(body))


def frame(kind: str, name: str, payload: object) -> bytes:
    """Return the frame of an event, a chunk, an exception or an error."""
    if kind == "chunk":
        inner = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        return frame("event", "chunk", {name: b64encode(inner).decode(), "p": "abcd"})
    if kind == "error":
        return framed({":message-type": kind, ":error-code": name, ":error-message": str(payload)}, b"")
    told = {f":{kind}-type": name, ":content-type": "application/json", ":message-type": kind}
    return framed(told, json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())


def read_frames(text: str) -> bytes:
    """Return the frames that the lines of ``text`` describe."""
    return b"".join(frame(*json.loads(line)) for line in text.splitlines() if line.strip())
