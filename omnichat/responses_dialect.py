"""OpenAI's Responses API, for the providers whose chat completions are gone or going.

See https://platform.openai.com/docs/api-reference/responses.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from typing_extensions import override

from omnichat.answer_stream import read_answer
from omnichat.capabilities import Capability
from omnichat.deltas import Delta
from omnichat.effort import Efforts, nearest
from omnichat.errors import ProviderError
from omnichat.json_schemas import instruction
from omnichat.messages import ChatRequest, Effort, JsonFormat, Message
from omnichat.model_rows import read_rows
from omnichat.parameters import PARAMETERS, fitting, located, merged
from omnichat.provider import Call, Dialect, ModelInfo, ServerEvent
from omnichat.response_items import write_choice, write_items, write_tool
from omnichat.sparing import simpler

TAKEN = PARAMETERS - {"top_k", "stop", "seed", "frequency_penalty", "presence_penalty"}
SPARED = (
    *("include", "reasoning", "temperature", "top_p", "max_output_tokens", "parallel_tool_calls", "tool_choice"),
    *("top_logprobs", "logprobs", "store"),
    *("logit_bias", "metadata", "prompt_cache_key", "safety_identifier", "service_tier", "user", "verbosity"),
)


def reasons(*names: Effort, **more: str) -> Efforts:
    """Return the levels of effort of a model, and what else to say about its reasoning."""
    return {name: {"reasoning": {"effort": name, **(more if name != "none" else {})}} for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsesDialect(Dialect):
    """Input items in, named events out; ``read`` takes the chunks of chat completions too.

    We ask for no answer to be kept by the provider; where it ``seals`` its reasoning for us to give back, we do.
    ``former`` holds, by names that models had, the fields that ask for the same today. ``format_field`` and
    ``logprobs`` say how JSON and probabilities are asked for; the rest is as in ``OpenAIDialect``.
    """

    path: str = "/responses"
    models_path: str = "/models"
    takes: Capability = Capability.VISION
    parameters: frozenset[str] = TAKEN
    seals: bool = True
    format_field: Literal["text", "response_format"] = "text"
    logprobs: Literal["include", "flag"] = "include"
    efforts: tuple[tuple[re.Pattern[str], Efforts], ...] = ()
    former: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    thinking_fields: tuple[str, ...] = ("reasoning_content", "reasoning")

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"} if key else {}

    @override
    def chat(self, request: ChatRequest) -> Call:
        efforts = next((offered for models, offered in self.efforts if models.match(request.model)), {})
        request = fitting(request, self._taken(request, efforts))
        system, talk = _parted(request.messages)
        if (form := request.response_format) and not self._keeps(form):
            system = "\n\n".join(filter(None, (system, instruction(None))))
        searching = [{"type": "web_search", **located(request.search_options)}] if request.web_search else []
        offered = request.tools or searching or request.extra.get("tools")
        body: dict[str, Any] = {
            "model": request.model,
            "input": [item for message in talk for item in self._items(request.model, message)],
            "instructions": system or None,
            "stream": True,
            "store": False,
            "include": ["reasoning.encrypted_content"] if self.seals else None,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "max_output_tokens": request.max_tokens,
            "tools": [*map(write_tool, request.tools), *searching] or None,
            "tool_choice": write_choice(request.tool_choice) if offered else None,
            "parallel_tool_calls": request.parallel_tool_calls if offered else None,
            **(efforts[nearest(request.effort, efforts)] if request.effort else {}),
            **self._format(request.response_format),
            **self.former.get(request.model, {}),
        }
        if request.logprobs is not None:
            self._probably(body, request.logprobs)
        return Call(self.path, merged(body, request.extra), strict=request.strict)

    def _taken(self, request: ChatRequest, efforts: Efforts) -> frozenset[str]:
        unfit = not efforts or (request.strict and request.effort not in efforts)
        taken = self.parameters - ({"effort"} if unfit else set())
        form = request.response_format
        return taken - {"response_format"} if request.strict and form and not self._keeps(form) else taken

    def _keeps(self, form: JsonFormat) -> bool:
        """Say whether a field asks for that format; the one with the name of chat completions knows schemas only."""
        return form.schema is not None or self.format_field == "text"

    def _items(self, model: str, message: Message) -> list[dict[str, Any]]:
        sealed = [dict(data) for data in message.provider_data if self.seals and data.get("type") == "reasoning"]
        return [*sealed, *write_items(model, message, self.takes)]

    def _format(self, wanted: JsonFormat | None) -> dict[str, Any]:
        if wanted is None or not self._keeps(wanted):
            return {}
        told: dict[str, Any] = {"name": wanted.name, "schema": wanted.schema, "strict": wanted.strict}
        told = {name: value for name, value in told.items() if value is not None}
        if self.format_field == "response_format":
            return {"response_format": {"type": "json_schema", "json_schema": told}}
        return {"text": {"format": {"type": "json_schema", **told} if wanted.schema else {"type": "json_object"}}}

    def _probably(self, body: dict[str, Any], alternatives: int) -> None:
        body["top_logprobs"] = alternatives
        if self.logprobs == "flag":
            body["logprobs"] = True
        else:
            body["include"] = [*(body["include"] or ()), "message.output_text.logprobs"]

    @override
    def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        return read_answer(events, self.thinking_fields)

    @override
    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        return None if call.strict else simpler(call, error, "", SPARED)

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
