"""The wire format that most providers speak: OpenAI's chat completions.

See https://platform.openai.com/docs/api-reference/chat.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from typing_extensions import override

from omnichat.answer_stream import read_answer
from omnichat.capabilities import Capability
from omnichat.deltas import Delta
from omnichat.effort import ORDER, Efforts, levels, nearest
from omnichat.errors import ProviderError
from omnichat.json_schemas import instruction
from omnichat.messages import ChatRequest, JsonFormat, Message
from omnichat.model_rows import read_rows
from omnichat.openai_messages import one_system, with_instruction, write_format, write_message, write_tools
from omnichat.parameters import PARAMETERS, SAMPLING, fitting, merged
from omnichat.provider import Call, Dialect, ModelInfo, ServerEvent
from omnichat.sparing import simpler

EVERY_MODEL = re.compile("")
SEARCH_OPTIONS = ("web_search_options.search_context_size", "web_search_options.user_location")
NO_MODEL = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAIDialect(Dialect):
    """Chat completions, with a provider's deviations named as data.

    ``thinking_fields`` are looked at in this order, and only the first that says something counts; ``echoes`` are
    fields of the assistant's message that the server wants back. ``takes`` names the parts it accepts, ``parameters``
    those of a ``ChatRequest``, and ``spelled`` its own names for fields of the body. ``json_mode`` says whether it
    keeps to a schema, only to JSON, or to neither; ``prefix`` that a last message of the assistant has to be marked to
    be gone on with. ``efforts`` holds by models what each level of effort adds to the body, ``search`` what a web
    search does, for the models that match ``searching``. ``no_sampling`` matches the models that refuse sampling; those
    that match ``no_sampling_while_thinking`` too take it with an effort of "none", and so it is with forcing a tool on
    those for whom ``no_force_while_thinking`` is set.
    """

    max_tokens_field: str = "max_tokens"
    spelled: Mapping[str, str] = field(default_factory=dict)
    thinking_fields: tuple[str, ...] = ("reasoning_content", "reasoning")
    echoes: frozenset[str] = frozenset()
    asks_for_usage: bool = True
    takes: Capability = Capability.VISION | Capability.FILES | Capability.AUDIO
    parameters: frozenset[str] = PARAMETERS - {"top_k"}
    json_mode: Literal["schema", "object", ""] = "schema"
    required_choice: str = "required"
    prefix: bool = False
    efforts: tuple[tuple[re.Pattern[str], Efforts], ...] = ((EVERY_MODEL, levels(*ORDER)),)
    search: Mapping[str, Any] | None = None
    searching: re.Pattern[str] = EVERY_MODEL
    no_sampling: re.Pattern[str] = NO_MODEL
    no_sampling_while_thinking: re.Pattern[str] = NO_MODEL
    no_force_while_thinking: bool = False
    extra_headers: Mapping[str, str] = field(default_factory=dict)
    models_path: str = "/models"

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        return {**self.extra_headers, **({"Authorization": f"Bearer {key}"} if key else {})}

    @override
    def chat(self, request: ChatRequest) -> Call:
        efforts = next((offered for models, offered in self.efforts if models.match(request.model)), {})
        lacks = () if "web_search_options" in (self.search or {}) else SEARCH_OPTIONS
        request = fitting(request, self._taken(request, efforts), lacks)
        body: dict[str, Any] = {
            "model": request.model,
            "messages": self._messages(request),
            "stream": True,
            "stream_options": {"include_usage": True} if self.asks_for_usage else None,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "top_k": request.top_k,
            self.max_tokens_field: request.max_tokens,
            "stop": list(request.stop) or None,
            "seed": request.seed,
            "frequency_penalty": request.frequency_penalty,
            "presence_penalty": request.presence_penalty,
            "logprobs": None if request.logprobs is None else True,
            "top_logprobs": request.logprobs or None,
            "response_format": write_format(request.response_format, self.json_mode),
            **write_tools(request, self.required_choice),
            **(efforts[nearest(request.effort, efforts)] if request.effort else {}),
            **(self._search(request) if request.web_search else {}),
        }
        spelled = {self.spelled.get(name, name): value for name, value in body.items()}
        return Call("/chat/completions", merged(spelled, request.extra), strict=request.strict)

    def _taken(self, request: ChatRequest, efforts: Efforts) -> frozenset[str]:
        taken = self.parameters
        if not efforts or (request.strict and request.effort not in efforts):
            taken -= {"effort"}
        if self.search is None or not self.searching.match(request.model):
            taken -= {"web_search"}
        if request.strict and request.response_format and not self._takes_format(request.response_format):
            taken -= {"response_format"}
        if self.no_force_while_thinking and request.effort != "none" and request.tool_choice not in {"auto", "none"}:
            taken -= {"tool_choice"}
        return taken if self._takes_sampling(request) else taken - SAMPLING

    def _takes_format(self, form: JsonFormat) -> bool:
        return self.json_mode == "schema" or (self.json_mode == "object" and form.schema is None)

    def _takes_sampling(self, request: ChatRequest) -> bool:
        if self.no_sampling_while_thinking.match(request.model):
            return "none" in (request.effort, request.extra.get("reasoning_effort"))
        return not self.no_sampling.match(request.model)

    def _messages(self, request: ChatRequest) -> list[dict[str, Any]]:
        messages: Sequence[Message] = request.messages
        if (form := request.response_format) and not self._takes_format(form):
            messages = with_instruction(messages, instruction(form.schema))
        told = [write_message(request.model, message, self.takes, self.echoes) for message in one_system(messages)]
        for message in told:
            if message["role"] == "assistant" and request.tools:  # with tools, some insist on a field for reasoning
                message |= {name: message.get(name, "") for name in self.echoes.intersection(self.thinking_fields)}
        if self.prefix and told and told[-1]["role"] == "assistant":
            told[-1]["prefix"] = True
        return told

    def _search(self, request: ChatRequest) -> Mapping[str, Any]:
        told = self.search or {}
        return {**told, "web_search_options": request.search_options} if "web_search_options" in told else told

    @override
    def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        return read_answer(events, self.thinking_fields, self.echoes)

    @override
    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        return simpler(call, error, self.max_tokens_field)

    @override
    def models(self) -> Call:
        return Call(self.models_path, method="GET")

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        return read_rows(answer)
