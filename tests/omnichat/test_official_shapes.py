"""The official clients and ours, side by side over the same answers."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from anthropic import AsyncAnthropic
from openai import AsyncOpenAI

from omnichat import AsyncClient
from omnichat.anthropic_dialect import AnthropicDialect
from omnichat.openai_dialect import OpenAIDialect
from tests.omnichat.far_end import SSE, Saying, event, far_end
from tests.omnichat.recorded import Recorded, streams

FOLDER = os.environ.get("OMNICHAT_TEST_RECORDINGS", "")
WORDS: Any = [{"role": "user", "content": "Hello"}]
FINISHES = {"end_turn": "stop", "stop_sequence": "stop", "tool_use": "tool_calls", "max_tokens": "length"}
OWN_READING = {  # where we mean to say more than the official client
    "custom-think-tags",
    "custom-think-cut-short",
    "custom-pieces",
    "custom-thought-apart",
    "custom-whole-tool-calls",
    "openai-refused",
    "lmstudio-think-tags",
    "zai-sensitive",
    "azure-filtered",  # which trips over a choice without a delta
}


@dataclass(frozen=True, slots=True)
class Played:
    """One recorded answer, and who speaks so."""

    name: str
    provider: str
    body: bytes


def official(recorded: Recorded) -> bool:
    """Return whether an official client that we have here reads it."""
    dialect = recorded.provider.dialect
    return isinstance(dialect, OpenAIDialect | AnthropicDialect) or recorded.name.endswith("-former")


def played() -> Iterator[Played]:
    for recorded in streams():
        if recorded.kind == SSE and not recorded.raises and recorded.name not in OWN_READING and official(recorded):
            yield Played(recorded.name, recorded.provider.name, recorded.body)
    index = json.loads(Path(FOLDER, "index.json").read_text("utf-8"))["recordings"] if FOLDER else []
    for one in index:
        if one["kind"] == "stream" and one["api"] in {"chat", "messages"} and "error" not in one["expected"]:
            name = one["provider"] if one["provider"] in {"openai", "openrouter", "groq", "anthropic"} else "custom"
            yield Played(one["id"], name, Path(FOLDER, one["file"]).read_bytes())


PLAYED = list(played())
OPENAI = [pytest.param(one, id=one.name) for one in PLAYED if one.provider != "anthropic"]
ANTHROPIC = [pytest.param(one, id=one.name) for one in PLAYED if one.provider == "anthropic"]


async def chunks_added_up(chunks: AsyncIterable[Any]) -> dict[str, Any]:
    """Return what chunks say under the attribute names that both clients share."""
    told: dict[str, Any] = {"content": "", "reasoning": "", "finish_reason": None, "usage": None, "calls": {}}
    told |= {"sources": [], "likely": []}
    async for chunk in chunks:
        told["usage"] = chunk.usage or told["usage"]
        for choice in filter(_has_news, chunk.choices):
            told["content"] += _plain(choice.delta.content)
            told["reasoning"] += _reasoning(choice.delta)
            told["finish_reason"] = choice.finish_reason or told["finish_reason"]
            told["sources"] += _sources(choice.delta)
            told["likely"] += _likely(choice.logprobs)
            for call in choice.delta.tool_calls or []:
                known = told["calls"].setdefault(call.index, {"id": "", "name": "", "arguments": ""})
                known["id"] += call.id or ""
                known["name"] += call.function.name or ""
                known["arguments"] += call.function.arguments or ""
    return told


def _sources(delta: Any) -> list[tuple[str, str]]:
    """Return address and title of the sources; the official client has them as dictionaries."""
    cited = [one if isinstance(one, dict) else one.model_dump() for one in getattr(delta, "annotations", None) or []]
    told = [one.get("url_citation") or one for one in cited]
    return [(one["url"], one.get("title") or "") for one in told if one.get("url")]


def _likely(logprobs: Any) -> list[tuple[str, float, list[str]]]:
    content = (logprobs and logprobs.content) or []
    return [(one.token, one.logprob, [other.token for other in one.top_logprobs]) for one in content]


def _has_news(choice: Any) -> bool:
    """Say whether there is a piece of the answer, and not only Azure's verdict on earlier ones."""
    return choice.delta is not None


def _plain(content: Any) -> str:
    if isinstance(content, list):
        return "".join(part["text"] for part in content if part["type"] == "text")
    return content or ""


def _reasoning(delta: Any) -> str:
    thought = getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None) or ""
    parts = delta.content if isinstance(delta.content, list) else []
    return thought + "".join(inner["text"] for part in parts for inner in part.get("thinking", []))


@pytest.mark.parametrize("one", OPENAI)
async def test_chunks_say_what_openais_client_says(one: Played) -> None:
    async with far_end(Saying(pieces=(one.body,))) as end:
        official = AsyncOpenAI(base_url=end.url, api_key="k", max_retries=0)
        theirs = await chunks_added_up(await official.chat.completions.create(model="m", messages=WORDS, stream=True))
        await official.close()
        urls = {one.provider: f"{end.url}/v1", "local": end.url}
        name = "custom" if one.provider == "local" else one.provider
        async with AsyncClient(base_urls={**urls, "custom": end.url}, keys={name: "k"}) as client:
            ours = await chunks_added_up(
                await client.chat.completions.create(model=f"{name}/m", messages=WORDS, stream=True)
            )
            whole = await client.chat.completions.create(model=f"{name}/m", messages=WORDS)
    for name in ("content", "reasoning", "calls", "likely"):
        assert ours[name] == theirs[name]
    assert ours["sources"] == theirs["sources"] or not theirs["sources"]  # it knows none that stand beside the choices
    assert ours["finish_reason"] == (theirs["finish_reason"] if theirs["finish_reason"] in KNOWN else "stop")
    same_usage(ours["usage"], theirs["usage"])
    message = whole.choices[0].message
    assert (message.content or "", message.reasoning_content or "") == (ours["content"], ours["reasoning"])
    assert whole.choices[0].finish_reason == ours["finish_reason"]
    assert [(call.id, call.function.name, call.function.arguments) for call in message.tool_calls or []] == [
        (call["id"], call["name"], call["arguments"] or "{}") for call in ours["calls"].values()
    ]
    assert _sources(message) == ours["sources"]
    assert _likely(whole.choices[0].logprobs) == ours["likely"]


KNOWN = {"stop", "length", "tool_calls", "content_filter"}


def same_usage(ours: Any, theirs: Any) -> None:
    """Check the tokens; those of reasoning belong to the answer, even where a provider counts them apart."""
    if theirs is None:
        return
    assert ours.prompt_tokens == theirs.prompt_tokens
    thought = (theirs.completion_tokens_details and theirs.completion_tokens_details.reasoning_tokens) or 0
    assert ours.completion_tokens in {theirs.completion_tokens, theirs.completion_tokens + thought}
    assert ours.total_tokens == ours.prompt_tokens + ours.completion_tokens
    assert ours.completion_tokens_details.reasoning_tokens == thought
    if theirs.prompt_tokens_details:
        assert ours.prompt_tokens_details.cached_tokens == (theirs.prompt_tokens_details.cached_tokens or 0)


@pytest.mark.parametrize("one", ANTHROPIC)
async def test_answers_say_what_anthropics_client_says(one: Played) -> None:
    async with far_end(Saying(pieces=(one.body,))) as end:
        official = AsyncAnthropic(base_url=end.url, api_key="k", max_retries=0)
        async with official.messages.stream(model="m", messages=WORDS, max_tokens=100) as stream:
            theirs = await stream.get_final_message()
        await official.close()
        async with AsyncClient(base_urls={"anthropic": end.url}, keys={"anthropic": "k"}) as client:
            ours = await client.chat.completions.create(model="anthropic/m", messages=WORDS)
    message = ours.choices[0].message
    blocks = [block.to_dict() for block in theirs.content]
    assert (message.content or "") == joined(blocks, "text")
    assert (message.reasoning_content or "") == joined(blocks, "thinking")
    assert ours.choices[0].finish_reason == FINISHES[str(theirs.stop_reason)]
    assert [
        (call.id, call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls or []
    ] == [(block["id"], block["name"], block["input"]) for block in blocks if block["type"] == "tool_use"]
    used = theirs.usage
    assert ours.usage
    cached = (used.cache_read_input_tokens or 0) + (used.cache_creation_input_tokens or 0)
    assert ours.usage.prompt_tokens == used.input_tokens + cached
    assert ours.usage.prompt_tokens_details.cached_tokens == (used.cache_read_input_tokens or 0)
    assert ours.usage.completion_tokens == used.output_tokens


def joined(blocks: Iterable[Mapping[str, Any]], kind: str) -> str:
    return "".join(block[kind] for block in blocks if block["type"] == kind)


async def test_both_clients_raise_for_the_same_refusal() -> None:
    told = b'{"error": {"message": "No such model", "type": "invalid_request_error", "code": "model_not_found"}}'
    refused = Saying(status=404, kind="application/json", pieces=(told,), headers={"x-request-id": "req_1"})
    async with far_end(refused) as end:
        official = AsyncOpenAI(base_url=end.url, api_key="k", max_retries=0)
        with pytest.raises(Exception, match="No such model") as theirs:
            await official.chat.completions.create(model="m", messages=WORDS)
        await official.close()
        async with AsyncClient(base_urls={"openai": end.url}, keys={"openai": "k"}) as client:
            with pytest.raises(Exception, match="No such model") as ours:
                await client.chat.completions.create(model="openai/m", messages=WORDS)
    assert type(ours.value).__name__ == type(theirs.value).__name__ == "NotFoundError"
    assert ours.value.code == theirs.value.code == "model_not_found"  # type: ignore[attr-defined]  # two classes
    assert ours.value.request_id == theirs.value.request_id == "req_1"  # type: ignore[attr-defined]  # two classes


WISH: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "See and hear"},
                {"type": "image_url", "image_url": {"url": "https://a.example/a.png", "detail": "low"}},
                {"type": "input_audio", "input_audio": {"data": "AA==", "format": "mp3"}},
                {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}},
                {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA=="}},
                {"type": "file", "file": {"file_id": "file-1"}},
            ],
        },
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}],
        },
        {"role": "tool", "tool_call_id": "c", "content": "1"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "f",
                "description": "d",
                "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}},
                "strict": True,
            },
        },
        {"type": "custom", "custom": {"name": "code"}},
    ],
    "tool_choice": {"type": "function", "function": {"name": "f"}},
    "parallel_tool_calls": False,
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "tide", "schema": {"type": "object", "properties": {}}, "strict": False},
    },
    "temperature": 0.5,
    "top_p": 0.9,
    "max_completion_tokens": 9,
    "stop": ["END"],
    "seed": 7,
    "frequency_penalty": 0.1,
    "presence_penalty": 0.2,
    "logprobs": True,
    "top_logprobs": 3,
    "web_search_options": {"search_context_size": "low"},
    "service_tier": "flex",
    "metadata": {"a": "b"},
}


async def test_openai_is_asked_in_the_very_words_of_its_own_client() -> None:
    async with far_end(Saying(pieces=(event({"choices": [{"delta": {}, "finish_reason": "stop"}]}),))) as end:
        official = AsyncOpenAI(base_url=end.url, api_key="k", max_retries=0)
        for model in ("gpt-4o-search-preview", "o3"):
            wish = {**WISH, "reasoning_effort": "low"} if model == "o3" else WISH
            left_out = {"temperature", "top_p", "frequency_penalty", "presence_penalty", "logprobs", "top_logprobs"}
            left_out = left_out | {"web_search_options"} if model == "o3" else set()
            theirs = {name: value for name, value in wish.items() if name not in left_out}
            usage = {"include_usage": True}
            stream = await official.chat.completions.create(model=model, stream=True, stream_options=usage, **theirs)  # type: ignore[call-overload]  # a dictionary of options
            await stream.close()
            async with AsyncClient(base_urls={"openai": end.url}, keys={"openai": "k"}) as client:
                await client.chat.completions.create(model=f"openai/{model}", **wish)
        await official.close()
    for first, second in zip(end.asked[::2], end.asked[1::2], strict=True):
        assert first.body == second.body
        assert first.path == second.path
        assert first.headers["authorization"] == second.headers["authorization"]
