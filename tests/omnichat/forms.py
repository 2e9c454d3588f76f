"""Forms with files in them, read back as a server reads them."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import NamedTuple

from tests.omnichat.far_end import Asked


class Field(NamedTuple):
    """One field of a form; ``file`` is a file's name."""

    name: str
    content: bytes
    file: str | None = None
    media_type: str = ""


def fields(asked: Asked) -> list[Field]:
    """Return the fields of a form that was sent."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    whole = message_from_bytes(head + asked.body, policy=policy.HTTP)
    found = []
    for part in whole.iter_parts():
        said = part["Content-Disposition"].params
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        kind = part.get_content_type() if "filename" in said else ""
        found.append(Field(said["name"], content, said.get("filename"), kind))
    return found
