"""Gemini's own wire format, which Google AI Studio and Vertex AI speak.

See https://ai.google.dev/api/generate-content.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Container, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from omnichat.capabilities import NOTHING, Capability
from omnichat.deltas import Delta
from omnichat.effort import Efforts
from omnichat.errors import BadRequestError, ConnectionFailedError, ProviderError
from omnichat.gemini_messages import contents
from omnichat.gemini_stream import CandidateReader
from omnichat.gemini_thinking import efforts_of, takes_levels, thinking
from omnichat.json_schemas import instruction
from omnichat.messages import ChatRequest, Tool
from omnichat.openai_messages import with_instruction
from omnichat.parameters import OPENAIS, PARAMETERS, TOOLS, fitting, merged
from omnichat.provider import Call, Dialect, ModelInfo, ServerEvent
from omnichat.schema_references import without_references
from omnichat.wire_json import count, mapping, mappings, words

TALKS = Capability.CHAT | Capability.STREAMING
SEES = Capability.VISION | Capability.FILES | Capability.AUDIO
PLAIN = TALKS | SEES | Capability.TOOLS | Capability.JSON | Capability.SEARCH | Capability.LOGPROBS
THINKS = PLAIN | Capability.THINKING
SKILLS: Mapping[str, Capability] = {
    "gemini-2.0": PLAIN,
    "gemini-*-tts": Capability.SPEECH,
    "gemini-*-image": TALKS | Capability.VISION | Capability.IMAGES,
    "gemini-*-live": Capability.REALTIME,
    "gemini-*-native-audio": Capability.REALTIME,
    "gemini-live": Capability.REALTIME,
    "gemma": TALKS | Capability.VISION,
    "gemini-embedding": Capability.EMBEDDINGS,
    "text-embedding": Capability.EMBEDDINGS,
    "embedding": Capability.EMBEDDINGS,
    "imagen": Capability.IMAGES,
    "veo": NOTHING,
    "lyria": NOTHING,
    "aqa": NOTHING,
}
METHODS: Mapping[str, Capability] = {
    "embedContent": Capability.EMBEDDINGS,
    "bidiGenerateContent": Capability.REALTIME,
    "predict": Capability.IMAGES,
}
UNDIRECTED = re.compile(r"gemma-[1-3]")  # these take no system prompt
TAKES = PARAMETERS - {"parallel_tool_calls"}
LACKS = OPENAIS | {"web_search_options.user_location"}
UNDIRECTED_LACK = TOOLS | {"response_format", "logprobs", "web_search"}
MODES = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
WHOLE = ("models/", "tunedModels/")
SPARED = re.compile(r"thinking|thought|budget", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeminiDialect(Dialect):
    """Contents made of parts; the model stands in the address, and ``lists_at`` is the path of the list."""

    lists_at: str = "/models?pageSize=1000"

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        return {"x-goog-api-key": key} if key else {}

    @override
    def chat(self, request: ChatRequest) -> Call:
        model = request.model.rpartition("/")[2]
        efforts = efforts_of(model)
        unfit = not efforts or (request.strict and request.effort not in efforts)
        directed = not UNDIRECTED.match(model)
        takes = TAKES if directed else TAKES - UNDIRECTED_LACK
        request = fitting(_without_json(request, takes), takes - {"effort"} if unfit else takes, LACKS)
        system, talk = contents(request.messages, directed=directed, signed=takes_levels(model))
        body: dict[str, Any] = {
            "contents": talk,
            "systemInstruction": {"parts": [{"text": system}]} if system else None,
            "tools": _tools(request) or None,
            "toolConfig": _choice(request) if request.tools else None,
            "generationConfig": _generation(request, efforts),
        }
        path = f"{self.path(request.model)}:streamGenerateContent?alt=sse"
        return Call(path, merged(body, request.extra), strict=request.strict)

    def path(self, model: str) -> str:
        """Return where ``model`` is, under the base address."""
        return "/" + quote(model if model.startswith(WHOLE) else f"models/{model}", safe="/@:")

    @override
    async def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        candidate = CandidateReader()
        async for event in events:
            for delta in candidate.read(event):
                yield delta
        for delta in candidate.end():
            yield delta
        if not candidate.finished:
            raise ConnectionFailedError("the answer broke off", provider="")

    @override
    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        settings = mapping((call.json or {}).get("generationConfig"))
        thinking = mapping(settings.get("thinkingConfig"))
        if call.strict or not (thinking and isinstance(error, BadRequestError) and SPARED.search(error.message)):
            return None
        shown = {"includeThoughts": True} if len(thinking) > 1 else None  # first without a level, then without all
        settings = merged({**settings, "thinkingConfig": shown}, {})
        return replace(call, json={**(call.json or {}), "generationConfig": settings})

    @override
    def models(self) -> Call:
        return Call(self.lists_at, method="GET")

    @override
    def next_page(self, call: Call, answer: Any) -> Call | None:
        token = words(mapping(answer).get("nextPageToken"))
        return replace(call, path=f"{self.lists_at}&pageToken={quote(token, safe='')}") if token else None

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        rows = mappings(mapping(answer).get("models")) or mappings(mapping(answer).get("publisherModels"))
        return [_model(row) for row in rows if words(row.get("name"))]


def _without_json(request: ChatRequest, takes: Container[str]) -> ChatRequest:
    """Return ``request`` with words in the place of a format that the model does not keep to."""
    form = request.response_format
    if form is None or request.strict or "response_format" in takes:
        return request
    messages = with_instruction(request.messages, instruction(form.schema))
    return replace(request, messages=tuple(messages), response_format=None)


def _generation(request: ChatRequest, efforts: Efforts) -> dict[str, Any]:
    wanted = request.response_format
    settings = {
        "temperature": request.temperature,
        "topP": request.top_p,
        "topK": request.top_k,
        "maxOutputTokens": request.max_tokens,
        "stopSequences": list(request.stop) or None,
        "seed": request.seed,
        "presencePenalty": request.presence_penalty,
        "frequencyPenalty": request.frequency_penalty,
        "responseMimeType": "application/json" if wanted else None,
        "responseJsonSchema": without_references(wanted.schema) if wanted and wanted.schema else None,
        "responseLogprobs": True if request.logprobs is not None else None,
        "logprobs": request.logprobs or None,
        "thinkingConfig": thinking(request.effort, efforts) if efforts else None,
    }
    return merged(settings, {})


def _tools(request: ChatRequest) -> list[dict[str, Any]]:
    declared = [_declaration(tool) for tool in request.tools]
    functions = [{"functionDeclarations": declared}] if declared else []
    return [*functions, {"googleSearch": {}}] if request.web_search else functions


def _declaration(tool: Tool) -> dict[str, Any]:
    schema = {"parametersJsonSchema": without_references(tool.parameters)} if tool.parameters else {}
    return {"name": tool.name, **({"description": tool.description} if tool.description else {}), **schema}


def _choice(request: ChatRequest) -> dict[str, Any] | None:
    """Return how tools are to be called; tools that are strict are held to their schemas."""
    choice = request.tool_choice
    if choice in {"", "auto"} and any(tool.strict for tool in request.tools):
        return {"functionCallingConfig": {"mode": "VALIDATED"}}
    if not choice:
        return None
    named = {} if choice in MODES else {"allowedFunctionNames": [choice]}
    return {"functionCallingConfig": {"mode": MODES.get(choice, "ANY"), **named}}


def _model(row: Mapping[str, Any]) -> ModelInfo:
    """Return one model; a list that tells no methods, as Vertex AI's, says nothing of skills."""
    name = words(row.get("name")).removeprefix("publishers/google/").removeprefix("models/")
    can = _skills(name, row) if "supportedGenerationMethods" in row else NOTHING
    context, most = count(row, "inputTokenLimit") or None, count(row, "outputTokenLimit") or None
    return ModelInfo(id=name, title=words(row.get("displayName")), can=can, context=context, max_output=most)


def _skills(name: str, row: Mapping[str, Any]) -> Capability:
    methods = row.get("supportedGenerationMethods")
    told = [method for method in methods if isinstance(method, str)] if isinstance(methods, list) else []
    can = NOTHING
    for method in told:
        can |= METHODS.get(method, NOTHING)
    if "generateContent" not in told:
        return can
    if "-tts" in name:
        return can | Capability.SPEECH
    if "-image" in name:
        return can | TALKS | Capability.VISION | Capability.IMAGES
    can |= next((skills for prefix, skills in SKILLS.items() if name.startswith(prefix)), PLAIN)
    return can | Capability.THINKING if row.get("thinking") else can
