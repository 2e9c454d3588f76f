"""Answers of real providers, compared with what the official clients read from them."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.deltas import Delta, FinishDelta, TextDelta
from omnichat.errors import ConnectionFailedError, NotFoundError, ProviderError
from omnichat.framing import framer_for
from omnichat.messages import ChatRequest, Message
from omnichat.refusals import refusal
from omnichat.registry import every_provider
from tests.omnichat.by_hand import read_by_hand
from tests.omnichat.far_end import Saying, far_end
from tests.omnichat.telling import added_up, read_body

FOLDER = os.environ.get("OMNICHAT_TEST_RECORDINGS", "")
APIS = {
    *("chat", "messages", "api_chat", "api_generate", "responses", "generate", "chat_v1", "chat_v2", "converse"),
    "invoke",
}
FINISHES = {
    **{"end_turn": "stop", "stop_sequence": "stop", "tool_use": "tool_calls", "max_tokens": "length"},
    **{"COMPLETE": "stop", "STOP_SEQUENCE": "stop", "TOOL_CALL": "tool_calls", "MAX_TOKENS": "length"},
    **{"guardrail_intervened": "content_filter", "FINISH": "stop", "LENGTH": "length", "endoftext": "stop"},
}
NATIVE = {
    **{"messages": "anthropic", "generate": "google", "chat_v1": "cohere", "chat_v2": "cohere"},
    **{"api_chat": "ollama", "api_generate": "ollama", "converse": "bedrock", "invoke": "bedrock"},
}
BEDROCKS_OWN_TOOL = "nova_code_interpreter"  # the provider runs it itself: nobody is to be asked to call it
OTHERS = {"cohere", "ollama"}  # who speak OpenAI's way too, but by another dialect than their own

pytestmark = pytest.mark.skipif(not FOLDER, reason="OMNICHAT_TEST_RECORDINGS names no folder")


def recordings(kind: str, apis: set[str] = APIS) -> list[Any]:
    if not FOLDER:
        return []
    index = json.loads(Path(FOLDER, "index.json").read_text("utf-8"))
    found = [one for one in index["recordings"] if kind_of(one) == kind and one["api"] in apis]
    return [pytest.param(recording, id=recording["id"]) for recording in found]


def kind_of(recording: dict[str, Any]) -> str:
    """Return what a recording is, by what came and not by what was awaited."""
    kind: str = recording["kind"]
    return "stream" if "stream+json" in recording["content_type"] else kind


def body_of(recording: dict[str, Any]) -> bytes:
    return Path(FOLDER, recording["file"]).read_bytes()


def speaker_of(recording: dict[str, Any]) -> Any:
    native = "google" if recording["id"].startswith("gemini-models") else NATIVE.get(recording["api"])
    spoken = recording["provider"] if recording["provider"] in every_provider().keys() - OTHERS else "custom"
    return every_provider()[native or spoken].dialect


@pytest.mark.parametrize("size", [1 << 20, 7, 1])
@pytest.mark.parametrize("recording", recordings("stream"))
async def test_a_recorded_stream_says_what_the_official_client_read(recording: dict[str, Any], size: int) -> None:
    expected, deltas = read_by_hand(recording, body_of(recording)), list[Delta]()
    dialect = speaker_of(recording)
    read = read_body(dialect, body_of(recording), recording["content_type"], deltas, size)
    if "error" in expected:
        with pytest.raises(ProviderError, match=r".") as raised:
            await read
        assert expected["error"]["message"] in str(raised.value)
    else:
        await read
    compare(added_up(deltas), expected)


@pytest.mark.parametrize("recording", recordings("stream") + recordings("json"))
async def test_a_recorded_answer_cut_short_is_a_partial_answer_and_an_error(recording: dict[str, Any]) -> None:
    body = body_of(recording)
    expected = read_by_hand(recording, body)
    for cut in range(0, len(body), max(1, len(body) // 20)):
        deltas = list[Delta]()
        with suppress(ProviderError):
            await read_body(speaker_of(recording), body[:cut], recording["content_type"], deltas)
            assert any(isinstance(delta, FinishDelta) for delta in deltas)
        text = "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))
        assert (expected.get("text") or "").startswith(text)


def shortest(recorded: list[Any]) -> list[Any]:
    """Return the shortest recording of each kind of stream."""
    by_length = sorted((one for one in recorded if "error" not in one.values[0]["expected"]), key=length, reverse=True)
    return list({one.values[0]["api"]: one for one in by_length}.values())


def length(recorded: Any) -> int:
    size: int = recorded.values[0]["bytes"]
    return size


async def heard(recording: dict[str, Any], said: Saying) -> tuple[list[Delta], ProviderError | None]:
    """Return what comes through a real connection, and how it failed if it did."""
    name = next(name for name, provider in every_provider().items() if provider.dialect is speaker_of(recording))
    keys = {name: "bedrock-api-key-1"}
    deltas = list[Delta]()
    async with far_end(said) as end, AsyncClient(base_urls={name: end.url}, keys=keys, retries=0, pace=0) as client:
        try:
            asked = ChatRequest(model=f"{name}/m", messages=(Message.of("user", "Hello"),))
            async for delta in client.stream(asked):
                deltas.append(delta)
        except ProviderError as error:
            return deltas, error
    return deltas, None


@pytest.mark.parametrize("recording", shortest(recordings("stream")))
async def test_a_recorded_stream_may_come_byte_by_byte(recording: dict[str, Any]) -> None:
    pieces = tuple(bytes([byte]) for byte in body_of(recording))
    deltas, failed = await heard(recording, Saying(kind=recording["content_type"], pieces=pieces))
    assert failed is None
    compare(added_up(deltas), read_by_hand(recording, body_of(recording)))


@pytest.mark.parametrize("recording", shortest(recordings("stream")))
async def test_a_connection_cut_at_any_place_leaves_a_part_and_an_error(recording: dict[str, Any]) -> None:
    body = body_of(recording)
    whole = read_by_hand(recording, body).get("text") or ""
    for cut in range(0, len(body), max(1, len(body) // 20)):
        said = Saying(kind=recording["content_type"], pieces=(body[:cut] or b"\n",), then="break off")
        deltas, failed = await heard(recording, said)
        text = "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))
        over = any(isinstance(delta, FinishDelta) for delta in deltas)
        assert over != isinstance(failed, ConnectionFailedError)
        assert text == whole if over else whole.startswith(text)


def compare(told: dict[str, Any], expected: dict[str, Any]) -> None:
    assert told.get("text", "") == (expected.get("text") or "")
    assert told.get("thinking", "") == expected.get("reasoning", "")
    calls = [call for call in expected.get("tool_calls", []) if call["name"] != BEDROCKS_OWN_TOOL]
    assert told.get("tool_calls", []) == calls
    if finish := expected.get("finish"):
        completed = "tool_calls" if "tool_calls" in expected else "stop"
        assert told["finish"] == {**FINISHES, "completed": completed, "STOP": completed}.get(finish, finish)
    if usage := expected.get("usage"):
        assert told["usage"] == normal(usage)


def normal(usage: dict[str, Any]) -> list[int]:
    """Return input, output, cached and thinking tokens by our reckoning."""
    if "eval_count" in usage:
        return [usage.get("prompt_eval_count", 0), usage["eval_count"], 0, 0]
    if "inputTokens" in usage:
        read, written = usage.get("cacheReadInputTokens") or 0, usage.get("cacheWriteInputTokens") or 0
        return [usage["inputTokens"] + read + written, usage["outputTokens"], read, 0]
    if "tokens" in usage:
        return [usage["tokens"]["input_tokens"], usage["tokens"]["output_tokens"], usage.get("cached_tokens") or 0, 0]
    if "prompt_token_count" in usage or "promptTokenCount" in usage:
        return normal_of_google(usage)
    if "input_tokens" in usage:
        if "total_tokens" in usage:
            inner = usage["input_tokens_details"]["cached_tokens"], usage["output_tokens_details"]["reasoning_tokens"]
            return [usage["input_tokens"], usage["output_tokens"], *inner]
        read, written = usage.get("cache_read_input_tokens") or 0, usage.get("cache_creation_input_tokens") or 0
        thought = (usage.get("output_tokens_details") or {}).get("thinking_tokens") or 0
        return [usage["input_tokens"] + read + written, usage["output_tokens"], read, thought]
    thought = (usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    cached = cached or usage.get("prompt_cache_hit_tokens") or usage.get("num_cached_tokens", 0)
    given, made = usage["prompt_tokens"], usage["completion_tokens"]
    apart = bool(thought) and given + made + thought == usage["total_tokens"]
    return [given, made + thought if apart else made, cached, thought]


def normal_of_google(usage: dict[str, Any]) -> list[int]:
    """Return the same where reasoning is counted apart from the answer, in the client's spelling or the wire's."""
    spelled = {name.replace("_", "").lower(): number for name, number in usage.items()}
    names = ("prompttokencount", "candidatestokencount", "cachedcontenttokencount", "thoughtstokencount")
    given, made, cached, thought = (spelled.get(name) or 0 for name in names)
    return [given, made + thought, cached, thought]


@pytest.mark.parametrize("recording", recordings("error"))
def test_a_recorded_refusal_keeps_status_code_and_words(recording: dict[str, Any]) -> None:
    error = refusal(body_of(recording).decode(), recording["status"])
    assert error.provider_status == recording["status"]
    if recording["api"] not in {"converse", "chat_v1"}:  # told in a header that was not recorded, or not at all
        assert repr(error.code) in str(recording["expected"]["error"])
    assert error.message in recording["expected"]["error"]["message"]
    assert isinstance(error, NotFoundError) == (recording["status"] == 404)
    assert not error.should_retry


@pytest.mark.parametrize("size", [1 << 20, 7, 1])
@pytest.mark.parametrize("recording", recordings("json"))
async def test_a_recorded_whole_answer_reads_like_a_stream_of_one_piece(recording: dict[str, Any], size: int) -> None:
    expected, deltas = read_by_hand(recording, body_of(recording)), list[Delta]()
    await read_body(speaker_of(recording), body_of(recording), recording["content_type"], deltas, size)
    if (expected.get("text") or "").startswith("<think>"):  # the official client leaves the reasoning in the answer
        thinking, _, text = expected["text"].removeprefix("<think>\n").partition("</think>")
        expected = expected | {"reasoning": thinking, "text": text.lstrip()}
    compare(added_up(deltas), expected)


@pytest.mark.parametrize("recording", recordings("stream", {"invoke"}))
def test_recorded_frames_hold_what_the_official_client_found_in_them(recording: dict[str, Any]) -> None:
    framer = framer_for(recording["content_type"])
    events = framer.feed(body_of(recording))
    assert {event.name for event in events} == {"chunk"}
    told = [json.loads(b64decode(json.loads(event.data)["bytes"])) for event in events]
    assert told == recording["expected"]["events"]


@pytest.mark.parametrize("recording", recordings("models", {"models"}))
def test_a_recorded_model_list_can_be_read(recording: dict[str, Any]) -> None:
    models = speaker_of(recording).read_models(json.loads(body_of(recording)))
    assert len(models) > 0
    assert all(model.id for model in models)
