"""Anthropic's files.

See https://platform.claude.com/docs/en/build-with-claude/files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoint_answers import FileObject
from omnichat.endpoints.dates import seconds
from omnichat.endpoints.openai import OpenAIEndpoints
from omnichat.provider import Steps, Wish
from omnichat.uploads import Upload
from omnichat.wire_json import count, words


@dataclass(frozen=True, kw_only=True)
class AnthropicEndpoints(OpenAIEndpoints):
    """Files under other names of their properties; there are no purposes."""

    offers: Capability = Capability.STORAGE

    @override
    def keep(self, file: Upload, wish: Wish) -> Steps[FileObject]:
        return self.described((yield self._call("/files", form=(("file", file),))).object())

    @override
    def described(self, told: Mapping[str, Any]) -> FileObject:
        return FileObject(
            id=words(told.get("id")),
            bytes=count(told, "size_bytes"),
            created_at=seconds(words(told.get("created_at"))),
            filename=words(told.get("filename")),
        )
