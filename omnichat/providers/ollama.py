"""Ollama: models on one's own machine, by its native API."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

from typing_extensions import override

from omnichat.capabilities import NOTHING, Capability
from omnichat.data_urls import read_data_url
from omnichat.deltas import Delta, FinishDelta, FinishReason, ThinkingDelta, ToolCallDelta, UsageDelta
from omnichat.endpoints.ollama import OllamaEndpoints
from omnichat.endpoints.openai import TEXTS
from omnichat.errors import ConnectionFailedError, UnsupportedError
from omnichat.messages import ChatRequest, FilePart, ImagePart, Message
from omnichat.provider import Call, Dialect, ModelInfo, Provider, ServerEvent
from omnichat.refusals import refusal
from omnichat.think_tags import ThinkTags
from omnichat.wire_json import count, mapping, mappings, read_object, words

TOP_LEVEL = {"format", "keep_alive", "logprobs", "options", "think", "tools", "top_logprobs"}


class OllamaDialect(Dialect):
    """A line of JSON for each piece; sampling apart, under ``options``."""

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"} if key else {}

    @override
    def chat(self, request: ChatRequest) -> Call:
        options = {
            "temperature": request.temperature,
            "top_p": request.top_p,
            "num_predict": request.max_tokens,
            "stop": list(request.stop) or None,
            "seed": request.seed,
            **{name: value for name, value in request.extra.items() if name not in TOP_LEVEL},
            **mapping(request.extra.get("options")),
        }
        body: dict[str, Any] = {
            "model": request.model,
            "messages": [_message(request.model, message) for message in request.messages],
            "stream": True,
            **{name: value for name, value in request.extra.items() if name in TOP_LEVEL},
            "options": {name: value for name, value in options.items() if value is not None},
        }
        return Call("/api/chat", body)

    @override
    async def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        tags, calls = ThinkTags(), 0
        async for event in events:
            news = read_object(event.data)
            if news.get("error"):
                raise refusal(event.data)
            message = mapping(news.get("message"))
            if thought := words(message.get("thinking")):
                tags.no_tags()
                yield ThinkingDelta(thought)
            for piece in tags.feed(words(message.get("content"))):
                yield piece
            for call in mappings(message.get("tool_calls")):
                yield _call(calls, mapping(call.get("function")))
                calls += 1
            if news.get("done") is True:
                for piece in tags.end():
                    yield piece
                yield UsageDelta(count(news, "prompt_eval_count"), count(news, "eval_count"))
                yield FinishDelta(_reason(news, calls))
                return
        raise ConnectionFailedError("the answer broke off", provider="")

    @override
    def models(self) -> Call:
        return Call("/api/tags", method="GET")

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        rows = mappings(mapping(answer).get("models"))
        names = [words(row.get("model")) or words(row.get("name")) for row in rows]
        return [ModelInfo(id=name, can=NOTHING) for name in names if name]


def _message(model: str, message: Message) -> dict[str, Any]:
    images = [_image(model, part) for part in message.parts if isinstance(part, ImagePart)]
    if any(isinstance(part, FilePart) for part in message.parts):
        raise UnsupportedError(model, Capability.FILES)
    return {"role": message.role, "content": message.text, **({"images": images} if images else {})}


def _image(model: str, part: ImagePart) -> str:
    """Return the bare base64 of a picture; the server fetches none from an address."""
    if payload := read_data_url(part.url):
        return payload.base64
    raise UnsupportedError(model, Capability.VISION)


def _call(index: int, function: Mapping[str, Any]) -> ToolCallDelta:
    arguments = function.get("arguments")
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
    return ToolCallDelta(index, f"call_{index}", words(function.get("name")), text)


def _reason(news: Mapping[str, Any], calls: int) -> FinishReason:
    if news.get("done_reason") == "length":
        return FinishReason.LENGTH
    return FinishReason.TOOL_CALLS if calls else FinishReason.STOP


PROVIDER = Provider(
    name="ollama",
    title="Ollama",
    base_url="http://localhost:11434",
    dialect=OllamaDialect(),
    key_env="OLLAMA_API_KEY",
    docs_url="https://docs.ollama.com",
    key_needed=False,
    continues=True,
    address_envs=("OLLAMA_HOST",),
    endpoints=OllamaEndpoints(offers=TEXTS, paths={"/completions": "/v1/completions"}),
    can=Capability.CHAT | Capability.STREAMING,
    also=Capability.RESPONSES,
    responses_path="/v1/responses",
)
