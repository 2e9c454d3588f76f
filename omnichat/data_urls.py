"""``data:`` addresses, in which pictures and files travel."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import NamedTuple


class Payload(NamedTuple):
    """What a ``data:`` address carries."""

    media_type: str
    base64: str

    def text(self) -> str:
        """Return the payload read as UTF-8."""
        try:
            return b64decode(self.base64).decode("utf-8", "replace")
        except binascii.Error:
            return ""


def read_data_url(url: str) -> Payload | None:
    """Return what ``data:<media type>;base64,<data>`` carries, or nothing for any other address."""
    head, comma, data = url.partition(",")
    scheme, _, rest = head.partition(":")
    media_type, *parameters = rest.split(";")
    if scheme.lower() != "data" or not comma or "base64" not in parameters:
        return None
    return Payload(media_type or "text/plain", data)
