"""Together's endpoints: a picture to be changed is named where one is drawn, and files are sent to a place apart.

See https://docs.together.ai/reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoint_answers import FileObject
from omnichat.endpoints.openai import DRAWS, HEARS, TEXTS, OpenAIEndpoints, Pictures
from omnichat.provider import Steps, Wish
from omnichat.uploads import Upload
from omnichat.wire_json import words

PURPOSES = {"user_data": "fine-tune", "batch": "batch-api"}  # OpenAI's, and what they are called here
STATES = {
    "PENDING": "uploaded",
    "QUEUED": "uploaded",
    "RUNNING": "uploaded",
    "FAILED": "error",
    "INVALID_FORMAT": "error",
}


def picture(urls: Sequence[str]) -> dict[str, Any]:
    """Return a picture to be changed as Together wants it."""
    return {"image_url": urls[0]}


@dataclass(frozen=True, kw_only=True)
class TogetherEndpoints(OpenAIEndpoints):
    """OpenAI's shapes; a file is one of ``jsonl``, ``csv`` or ``parquet``, as its name ends."""

    offers: Capability = TEXTS | HEARS | DRAWS | Capability.SPEECH | Capability.STORAGE
    paths: Mapping[str, str] = field(default_factory=lambda: {"/images/edits": "/images/generations"})
    pictures: Pictures | None = picture

    @override
    def keep(self, file: Upload, wish: Wish) -> Steps[FileObject]:
        purpose = words(wish.get("purpose"))
        told = {**wish, "purpose": PURPOSES.get(purpose, purpose), "file_name": file.name, "file_type": file.suffix}
        return self.described((yield self._form("/files/upload", "", [("file", file)], told)).object())

    @override
    def described(self, told: Mapping[str, Any]) -> FileObject:
        state = STATES.get(words(told.get("processing_status")), "processed")
        return OpenAIEndpoints.described(self, {**told, "status": state})
