"""OpenAI's Responses API, for the providers whose chat completions are gone or going."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from omnichat.answer_stream import read_answer
from omnichat.capabilities import Capability
from omnichat.data_urls import read_data_url
from omnichat.deltas import Delta
from omnichat.errors import ProviderError, UnsupportedError
from omnichat.messages import AudioPart, ChatRequest, FilePart, ImagePart, JsonFormat, Message, Part, TextPart, Tool
from omnichat.model_rows import read_rows
from omnichat.openai_dialect import simpler_call
from omnichat.provider import Call, Dialect, ModelInfo, ServerEvent

CHOICES = {"auto", "none", "required"}
SOUNDS = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsesDialect(Dialect):
    """Input items in, named events out; ``read`` takes the chunks of chat completions too.

    ``stored`` answers are kept by the provider; we ask for none to be, and for sealed reasoning to be given to us
    instead where ``sealed`` says that the provider does so. ``search`` is the tool that looks things up.
    """

    path: str = "/responses"
    models_path: str = "/models"
    takes: Capability = Capability.VISION | Capability.FILES
    sealed: bool = True
    summaries: bool = True
    schema_field: str = "text"
    search: str = "web_search"
    thinking_fields: tuple[str, ...] = ("reasoning_content", "reasoning")

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"} if key else {}

    @override
    def chat(self, request: ChatRequest) -> Call:
        system, talk = _parted(request.messages)
        body: dict[str, Any] = {
            "model": request.model,
            "input": [item for message in talk for item in self._items(request.model, message)],
            "instructions": system or None,
            "stream": True,
            "store": False,
            "include": self._include(request) or None,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "max_output_tokens": request.max_tokens,
            "tools": [*map(_tool, request.tools), *([{"type": self.search}] if request.web_search else ())] or None,
            "tool_choice": _choice(request.tool_choice),
            "parallel_tool_calls": request.parallel_tool_calls,
            "reasoning": self._reasoning(request),
            "top_logprobs": request.logprobs,
            **self._format(request.response_format),
        }
        return Call(self.path, {name: value for name, value in body.items() if value is not None} | request.extra)

    def _include(self, request: ChatRequest) -> list[str]:
        sealed = ["reasoning.encrypted_content"] if self.sealed else []
        return sealed + (["message.output_text.logprobs"] if request.logprobs is not None else [])

    def _reasoning(self, request: ChatRequest) -> dict[str, Any] | None:
        if request.effort is None:
            return None
        summary = {"summary": "auto"} if self.summaries and request.effort != "none" else {}
        return {"effort": request.effort, **summary}

    def _format(self, wanted: JsonFormat | None) -> dict[str, Any]:
        if wanted is None:
            return {}
        if wanted.schema is None:
            told: dict[str, Any] = {"type": "json_object"}
        else:
            strict = {} if wanted.strict is None else {"strict": wanted.strict}
            told = {"name": wanted.name, "schema": dict(wanted.schema), **strict}
        if self.schema_field == "text":
            return {"text": {"format": {"type": "json_schema", **told}}}
        return {self.schema_field: told if wanted.schema is None else {"type": "json_schema", "json_schema": told}}

    def _items(self, model: str, message: Message) -> list[dict[str, Any]]:
        if message.role == "tool":
            return [{"type": "function_call_output", "call_id": message.tool_call_id, "output": message.text}]
        if message.role != "user" or all(isinstance(part, TextPart) for part in message.parts):
            sealed = [dict(data) for data in message.provider_data if self.sealed and data.get("type") == "reasoning"]
            said = [{"role": message.role, "content": message.text}] if message.text or not message.tool_calls else []
            calls = [
                {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments}
                for call in message.tool_calls
            ]
            return [*sealed, *said, *calls]
        return [{"role": message.role, "content": [self._part(model, part) for part in message.parts]}]

    def _part(self, model: str, part: Part) -> dict[str, Any]:
        match part:
            case TextPart(text):
                return {"type": "input_text", "text": text}
            case ImagePart(url) if Capability.VISION in self.takes:
                return {"type": "input_image", "image_url": url}
            case FilePart(url, name) if Capability.FILES in self.takes:
                return {"type": "input_file", "filename": name, "file_data": url}
            case AudioPart(url) if Capability.AUDIO in self.takes and (sound := read_data_url(url)):
                kind = SOUNDS.get(sound.media_type, "wav")
                return {"type": "input_audio", "input_audio": {"data": sound.base64, "format": kind}}
            case ImagePart():
                raise UnsupportedError(model, Capability.VISION)
            case FilePart():
                raise UnsupportedError(model, Capability.FILES)
            case AudioPart():
                raise UnsupportedError(model, Capability.AUDIO)

    @override
    def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        return read_answer(events, self.thinking_fields)

    @override
    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        return simpler_call(call, error)

    @override
    def models(self) -> Call:
        return Call(self.models_path, method="GET")

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        return read_rows(answer)


def _parted(messages: tuple[Message, ...]) -> tuple[str, tuple[Message, ...]]:
    """Return the words of the leading system messages, and the rest."""
    leading = next((n for n, message in enumerate(messages) if message.role != "system"), len(messages))
    return "\n\n".join(message.text for message in messages[:leading]), messages[leading:]


def _tool(tool: Tool) -> dict[str, Any]:
    told = {"description": tool.description or None, "strict": tool.strict}
    given = {name: value for name, value in told.items() if value is not None}
    return {"type": "function", "name": tool.name, "parameters": dict(tool.parameters), **given}


def _choice(choice: str) -> str | Mapping[str, str] | None:
    return choice or None if not choice or choice in CHOICES else {"type": "function", "name": choice}
