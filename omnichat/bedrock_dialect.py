"""Amazon Bedrock's Converse: one wire format for the models of many makers.

See https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from omnichat.aws_profile import is_pair
from omnichat.bedrock_invoked import InvokedReader, reader_for, unwrapped
from omnichat.bedrock_messages import converse_messages, tool_config
from omnichat.bedrock_stream import ConverseReader
from omnichat.capabilities import NOTHING, Capability
from omnichat.deltas import Delta
from omnichat.effort import Efforts, nearest
from omnichat.errors import BadRequestError, ConnectionFailedError, ProviderError
from omnichat.json_schemas import instruction
from omnichat.messages import ChatRequest, JsonFormat
from omnichat.parameters import OPENAIS, PARAMETERS, SAMPLING, fitting, merged
from omnichat.provider import Call, Dialect, ModelInfo, ServerEvent
from omnichat.wire_json import mapping, mappings, words

STREAM, WHOLE = "/converse-stream", "/converse"
LIST = "/foundation-models"
TAKEN = PARAMETERS - {"seed", "frequency_penalty", "presence_penalty", "logprobs", "parallel_tool_calls"}
LACKS = OPENAIS | {"web_search_options.user_location"}
TOP_LEVEL = {
    *("messages", "system", "inferenceConfig", "toolConfig", "guardrailConfig", "additionalModelRequestFields"),
    *("promptVariables", "additionalModelResponseFieldPaths", "requestMetadata", "performanceConfig", "serviceTier"),
    "outputConfig",
}
TOP_K = (("nova", "topK"), ("claude", "top_k"), ("mistral", "top_k"), ("cohere", "k"))
LEAST_BUDGET = 1024
UNFIT = re.compile(
    r"n[o']t\b.{0,20}\bsupport|unsupported|deprecated|both|extraneous|not (permitted|allowed)", re.IGNORECASE
)
STREAMS = re.compile(r"\bstream", re.IGNORECASE)
SPARED = (
    (re.compile(r"top_?p", re.IGNORECASE), "inferenceConfig", "topP"),
    (re.compile(r"temperature"), "inferenceConfig", "temperature"),
    (re.compile(r"stop_?sequences", re.IGNORECASE), "inferenceConfig", "stopSequences"),
    (re.compile(r"toolChoice"), "toolConfig", "toolChoice"),
    (re.compile(r"effort", re.IGNORECASE), "outputConfig", "effort"),
    (re.compile(r"thinking"), "additionalModelRequestFields", "thinking"),
    (re.compile(r"reasoning"), "additionalModelRequestFields", "reasoningConfig"),
    (re.compile(r"reasoning"), "additionalModelRequestFields", "reasoning_effort"),
    (
        re.compile(r"output_?(config|format)|text_?format|json_?schema|structured", re.IGNORECASE),
        "outputConfig",
        "textFormat",
    ),
)
GEOGRAPHIES = {"us": "us", "ca": "us", "eu": "eu", "ap": "apac"}
MODALITIES = {"IMAGE": Capability.VISION, "SPEECH": Capability.AUDIO, "AUDIO": Capability.AUDIO}
OUTPUTS = {"IMAGE": Capability.IMAGES, "EMBEDDING": Capability.EMBEDDINGS, "SPEECH": Capability.SPEECH}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConverseDialect(Dialect):
    """Messages made of blocks; the model stands in the address.

    ``efforts`` holds by models what each level of effort adds to the body, ``skills`` by their makers' names what a
    list does not tell.
    """

    efforts: tuple[tuple[re.Pattern[str], Efforts], ...] = ()
    skills: Mapping[str, Capability] = field(default_factory=dict)

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"} if key and not is_pair(key) else {}

    @override
    def url(self, base_url: str, call: Call) -> str:
        """Return the address; lists are kept by another host than answers."""
        if call.path.startswith(LIST):
            base_url = re.sub(r"(?<=[/.])bedrock-runtime(?=[.-])", "bedrock", base_url, count=1)
        return base_url + call.path

    @override
    def chat(self, request: ChatRequest) -> Call:
        efforts = next((offered for models, offered in self.efforts if models.search(request.model)), {})
        request = fitting(request, _taken(request, efforts), LACKS)
        system, messages = converse_messages(request)
        form = request.response_format
        if form and form.schema is None:
            system.append({"text": instruction(None)})
        body: dict[str, Any] = {
            "messages": messages,
            "system": system or None,
            "inferenceConfig": _inference(request) or None,
            "toolConfig": tool_config(request),
            "outputConfig": {"textFormat": _format(form, form.schema)} if form and form.schema else None,
            "additionalModelRequestFields": _top_k(request) or None,
        }
        wished = efforts[nearest(request.effort, efforts)] if request.effort else {}
        body = _within_limit(merged(merged(body, wished), _extra(request.extra)))
        return Call(f"/model/{quote(request.model, safe='')}{STREAM}", body, strict=request.strict)

    @override
    async def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        reader: ConverseReader | InvokedReader | None = None
        async for outer in events:
            event = unwrapped(outer)
            reader = reader or reader_for(event)
            for delta in reader.read(event):
                yield delta
        if not (reader and reader.finished):
            raise ConnectionFailedError("the answer broke off", provider="")

    @override
    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        if not (isinstance(error, BadRequestError) and UNFIT.search(error.message)):
            return None
        if call.path.endswith(STREAM) and STREAMS.search(error.message):
            return replace(call, path=call.path.removesuffix(STREAM) + WHOLE)
        if call.strict:
            return None
        body = call.json or {}
        if "strict" in error.message and (loose := _loosened(body)):
            return replace(call, json=loose)
        for named, place, name in SPARED:
            if name in mapping(body.get(place)) and named.search(error.message):
                return replace(call, json=_without(body, place, name))
        return None

    @override
    def models(self) -> Call:
        return Call(LIST, method="GET")

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        rows = mappings(mapping(answer).get("modelSummaries"))
        return [self._model(row) for row in rows if words(row.get("modelId")) and _callable_as(row)]

    def _model(self, row: Mapping[str, Any]) -> ModelInfo:
        name = words(row.get("modelId"))
        can = NOTHING
        for word in _list(row.get("outputModalities")):
            can |= OUTPUTS.get(word, NOTHING)
        if "TEXT" in _list(row.get("outputModalities")):
            can |= Capability.CHAT
            can |= next((skills for maker, skills in self.skills.items() if name.startswith(maker)), NOTHING)
            can |= Capability.STREAMING if row.get("responseStreamingSupported") else NOTHING
            for word in _list(row.get("inputModalities")):
                can |= MODALITIES.get(word, NOTHING)
        return ModelInfo(id=_callable_as(row), title=words(row.get("modelName")), can=can)


def _taken(request: ChatRequest, efforts: Efforts) -> frozenset[str]:
    model, taken = request.model, TAKEN
    if not efforts or (request.strict and request.effort not in efforts):
        taken -= {"effort"}
    if "nova" not in model:
        taken -= {"web_search"}
    if not _name_of_top_k(model):
        taken -= {"top_k"}
    if request.strict and request.response_format and request.response_format.schema is None:
        taken -= {"response_format"}
    thinks = efforts and request.effort not in (None, "none")
    if thinks and "nova" in model:
        taken -= {"max_tokens"} if nearest(request.effort or "none", efforts) == "high" else set()
    return taken - SAMPLING if thinks and ("claude" in model or "nova" in model) else taken


def _inference(request: ChatRequest) -> dict[str, Any]:
    told = {
        "maxTokens": request.max_tokens,
        "temperature": request.temperature,
        "topP": request.top_p,
        "stopSequences": list(request.stop) or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _top_k(request: ChatRequest) -> dict[str, Any]:
    if request.top_k is None:
        return {}
    name = _name_of_top_k(request.model)
    return {"inferenceConfig": {name: request.top_k}} if name == "topK" else {name: request.top_k}


def _name_of_top_k(model: str) -> str:
    return next((name for maker, name in TOP_K if maker in model), "")


def _format(form: JsonFormat, schema: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(schema, ensure_ascii=False)
    return {"type": "json_schema", "structure": {"jsonSchema": {"schema": text, "name": form.name}}}


def _extra(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the caller's own fields: what Converse does not know is for the model."""
    known = {name: value for name, value in extra.items() if name in TOP_LEVEL}
    rest = {name: value for name, value in extra.items() if name not in TOP_LEVEL}
    return merged(known, {"additionalModelRequestFields": rest}) if rest else known


def _within_limit(body: dict[str, Any]) -> dict[str, Any]:
    """Return ``body`` with a budget for reasoning that leaves room for an answer."""
    most = mapping(body.get("inferenceConfig")).get("maxTokens")
    fields = mapping(body.get("additionalModelRequestFields"))
    budget = mapping(fields.get("thinking")).get("budget_tokens")
    if not isinstance(most, int) or not isinstance(budget, int) or budget < most:
        return body
    if most <= LEAST_BUDGET:
        return _without(body, "additionalModelRequestFields", "thinking")
    thinking = {**fields["thinking"], "budget_tokens": max(LEAST_BUDGET, most // 2)}
    return {**body, "additionalModelRequestFields": {**fields, "thinking": thinking}}


def _without(body: Mapping[str, Any], place: str, name: str) -> dict[str, Any]:
    """Return ``body`` without a field; a schema that is no field becomes words."""
    lost = body[place][name]
    rest = {other: value for other, value in body[place].items() if other != name}
    told = {other: value for other, value in body.items() if other != place} | ({place: rest} if rest else {})
    if name == "textFormat":
        schema = json.loads(lost["structure"]["jsonSchema"]["schema"])
        told["system"] = [*told.get("system", []), {"text": instruction(schema)}]
    return told


def _loosened(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return ``body`` with tools that are not strict, if one is."""
    config = mapping(body.get("toolConfig"))
    tools = mappings(config.get("tools"))
    specs = [
        {name: value for name, value in mapping(tool.get("toolSpec")).items() if name != "strict"} for tool in tools
    ]
    loose = [{"toolSpec": spec} if spec else tool for spec, tool in zip(specs, tools, strict=True)]
    return {**body, "toolConfig": {**config, "tools": loose}} if loose != tools else None


def _callable_as(row: Mapping[str, Any]) -> str:
    """Return the name to call a model by; most have one for each part of the world, some cannot be called at all."""
    name, arn = words(row.get("modelId")), words(row.get("modelArn")).split(":")
    ways = _list(row.get("inferenceTypesSupported"))
    if not ways or "ON_DEMAND" in ways:
        return name
    if "INFERENCE_PROFILE" not in ways:
        return ""
    region = arn[3] if len(arn) > 3 else ""
    place = "us-gov" if region.startswith("us-gov") else GEOGRAPHIES.get(region.partition("-")[0], "global")
    return f"{place}.{name}"


def _list(value: object) -> list[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
