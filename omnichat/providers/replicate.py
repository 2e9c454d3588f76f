"""Replicate: anybody's models; an answer is a job, whose stream is at an address of its own."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.deltas import Delta, FinishDelta, FinishReason, UsageDelta
from omnichat.endpoints.replicate import ReplicateEndpoints
from omnichat.errors import ConnectionFailedError, ServerError, UnsupportedError
from omnichat.json_schemas import instruction
from omnichat.messages import AudioPart, ChatRequest, FilePart, ImagePart, Message
from omnichat.parameters import PARAMETERS, TOOLS, fitting, merged
from omnichat.provider import Call, Dialect, Job, ModelInfo, Provider, ServerEvent
from omnichat.refusals import refusal
from omnichat.think_tags import ThinkTags
from omnichat.wire_json import count, mapping, mappings, read_object, words

VERSION = re.compile(r"(?:.*:)?([0-9a-f]{40,64})")
TAKES = PARAMETERS - TOOLS - {"response_format", "logprobs", "web_search"}
TOP_LEVEL = {"webhook", "webhook_events_filter"}
UNSENT = ((ImagePart, Capability.VISION), (FilePart, Capability.FILES), (AudioPart, Capability.AUDIO))
SPEAKERS = {"user": "User", "assistant": "Assistant", "tool": "Tool"}


class ReplicateDialect(Dialect):
    """A prompt of words only; what else a model takes is its own affair, and goes into ``extra``."""

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"} if key else {}

    @override
    def chat(self, request: ChatRequest) -> Call:
        _insist_on_words(request)
        wanted = request.response_format
        request = fitting(request, TAKES)
        system = [message.text for message in request.messages if message.role == "system"]
        if wanted:
            system.append(instruction(wanted.schema))
        inputs = {
            "prompt": _prompt([message for message in request.messages if message.role != "system"]),
            "system_prompt": "\n\n".join(system) or None,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "top_k": request.top_k,
            "max_tokens": request.max_tokens,
            "stop_sequences": ",".join(request.stop) or None,
            "seed": request.seed,
            "frequency_penalty": request.frequency_penalty,
            "presence_penalty": request.presence_penalty,
            "reasoning_effort": request.effort,
        }
        ours = {name: value for name, value in request.extra.items() if name not in TOP_LEVEL}
        body: dict[str, Any] = {
            "stream": True,
            "input": merged(inputs, ours),
            **{name: value for name, value in request.extra.items() if name in TOP_LEVEL},
        }
        if version := VERSION.fullmatch(request.model):
            return Call("/predictions", {**body, "version": version[1]}, queued=True)
        place = request.model if request.model.startswith("deployments/") else f"models/{request.model}"
        return Call(f"/{quote(place, safe='/')}/predictions", body, queued=True)

    @override
    def job(self, answer: Any) -> Job:
        told = mapping(answer)
        if told.get("error"):
            raise refusal(str(told["error"]))
        name, stream = words(told.get("id")), words(mapping(told.get("urls")).get("stream"))
        if not name:
            raise ServerError("began no prediction", provider="")
        path = f"/predictions/{quote(name, safe='')}"
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        return Job(
            watch=Call(stream, method="GET", headers=headers) if stream else None,
            cancel=Call(f"{path}/cancel"),
            result=Call(path, method="GET"),
        )

    @override
    def job_events(self, answer: Any) -> list[ServerEvent]:
        told = mapping(answer)
        match told.get("status"):
            case "succeeded":
                output = told.get("output")
                text = "".join(map(str, output)) if isinstance(output, list) else words(output)
                return [ServerEvent(text, "output"), ServerEvent("{}", "done")]
            case "failed":
                return [ServerEvent(words(told.get("error")) or "the prediction failed", "error")]
            case "canceled" | "aborted" as reason:
                return [ServerEvent(json.dumps({"reason": reason}), "done")]
            case "starting" | "processing" | "queued":
                return []
        raise ServerError("told nothing of the prediction", provider="")

    @override
    def read_job(self, answer: Any) -> list[Delta]:
        metrics = mapping(mapping(answer).get("metrics"))
        given, made = count(metrics, "input_token_count"), count(metrics, "output_token_count")
        return [UsageDelta(given, made)] if given or made else []

    @override
    async def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        tags = ThinkTags()
        async for event in events:
            if event.name == "output":
                for piece in tags.feed(event.data):
                    yield piece
            elif event.name == "error":
                raise refusal(event.data)
            elif event.name == "done":
                if reason := words(read_object(event.data or "{}").get("reason")):
                    raise ServerError(f"the prediction ended early: {reason}", provider="")
                for piece in tags.end():
                    yield piece
                yield FinishDelta(FinishReason.STOP)
                return
        raise ConnectionFailedError("the answer broke off", provider="")

    @override
    def models(self) -> Call:
        return Call("/collections/language-models", method="GET")

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        rows = mappings(mapping(answer).get("models")) or mappings(mapping(answer).get("results"))
        named = [(words(row.get("owner")), words(row.get("name"))) for row in rows]
        return [ModelInfo(id=f"{owner}/{name}", can=PROVIDER.can) for owner, name in named if owner and name]


def _insist_on_words(request: ChatRequest) -> None:
    for message in request.messages:
        for kind, missing in UNSENT:
            if any(isinstance(part, kind) for part in message.parts):
                raise UnsupportedError(request.model, missing)


def _prompt(messages: list[Message]) -> str:
    """Return the only thing said, or a transcript that leaves the last word to the assistant."""
    if len(messages) == 1:
        return messages[0].text
    lines = [f"{SPEAKERS[message.role]}: {message.text}" for message in messages]
    return "\n\n".join([*lines, "Assistant:"])


PROVIDER = Provider(
    name="replicate",
    title="Replicate",
    base_url="https://api.replicate.com/v1",
    dialect=ReplicateDialect(),
    key_env="REPLICATE_API_KEY",
    key_envs=("REPLICATE_API_TOKEN",),
    docs_url="https://replicate.com/docs/reference/http",
    keys_url="https://replicate.com/account/api-tokens",
    endpoints=ReplicateEndpoints(),
    can=Capability.CHAT | Capability.STREAMING,
)
