"""Vertex AI's two languages: Gemini's and, for the Claude models, Anthropic's.

See https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from typing_extensions import override

from omnichat.anthropic_dialect import AnthropicDialect
from omnichat.deltas import Delta
from omnichat.errors import ProviderError
from omnichat.gemini_dialect import GeminiDialect
from omnichat.messages import ChatRequest
from omnichat.parameters import merged
from omnichat.provider import Call, Dialect, ServerEvent
from omnichat.wire_json import object_in

WHOLE = ("publishers/", "endpoints/")
CLAUDE = re.compile(r"(publishers/anthropic/models/|anthropic/)?(claude-[^/]*)")
CLAUDES = "/publishers/anthropic/models/"
VERSION = {"anthropic_version": "vertex-2023-10-16"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VertexDialect(GeminiDialect):
    """Gemini's format, and Anthropic's for the Claude models.

    Models belong to publishers; a key is an express key, an access token or a whole account.
    """

    claudes: Dialect = field(default_factory=AnthropicDialect)

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        if not key or is_account(key):
            return {}
        return {"Authorization": f"Bearer {key}"} if is_token(key) else {"x-goog-api-key": key}

    @override
    def path(self, model: str) -> str:
        publisher, _, name = model.rpartition("/")
        whole = model if model.startswith(WHOLE) else f"publishers/{publisher or 'google'}/models/{name}"
        return "/" + quote(whole, safe="/@:")

    @override
    def url(self, base_url: str, call: Call) -> str:
        base = re.sub(r"/projects/.*$", "", base_url) if call.path.startswith(self.lists_at) else base_url
        return GeminiDialect.url(self, base, call)

    @override
    def chat(self, request: ChatRequest) -> Call:
        claude = CLAUDE.fullmatch(request.model)
        if not claude:
            return GeminiDialect.chat(self, request)
        asked = self.claudes.chat(replace(request, model=claude[2]))
        body = {name: value for name, value in (asked.json or {}).items() if name != "model"}
        path = f"{CLAUDES}{quote(claude[2], safe='@:')}:streamRawPredict"
        return Call(path, merged(VERSION, body), strict=request.strict)

    @override
    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        if call.path.startswith(CLAUDES):
            return self.claudes.simpler(call, error)
        return GeminiDialect.simpler(self, call, error)

    @override
    async def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        first = await anext(events, None)
        again = _again(first, events)
        claude = first is not None and "type" in object_in(first.data)  # Anthropic's events have one, Gemini's do not
        async with aclosing(self.claudes.read(again) if claude else GeminiDialect.read(self, again)) as deltas:
            async for delta in deltas:
                yield delta


def is_account(key: str) -> bool:
    """Return whether a key is a whole account, as JSON."""
    return key.lstrip().startswith("{")


def is_token(key: str) -> bool:
    """Return whether a key is an access token."""
    return key.startswith("ya29.")


async def _again(first: ServerEvent | None, rest: AsyncIterator[ServerEvent]) -> AsyncIterator[ServerEvent]:
    if first is not None:
        yield first
        async for event in rest:
            yield event
