"""The Claude models at Vertex AI: asked in Anthropic's words at Google's door."""

from __future__ import annotations

import json

import pytest

from omnichat import AsyncClient
from omnichat.capabilities import Capability
from omnichat.deltas import Delta, FinishDelta, FinishReason, TextDelta
from omnichat.errors import BadRequestError, ConnectionFailedError, OverloadedError, RateLimitError
from omnichat.messages import ChatRequest, Message, Tool
from omnichat.provider import Call
from omnichat.registry import every_provider
from tests.omnichat.far_end import JSON, Saying, event, far_end
from tests.omnichat.recorded import KINDS, Recorded, streams
from tests.omnichat.telling import added_up, read_body

VERTEX = every_provider()["vertex"]
CLAUDE = "claude-sonnet-5@20260901"
ANTHROPICS = [recorded for recorded in streams() if recorded.provider.name == "anthropic" and not recorded.raises]


def asked(model: str = CLAUDE, **options: object) -> Call:
    talk = (Message.of("system", "Be brief."), Message.of("user", "When is high water?"))
    request = ChatRequest(model=model, messages=talk, **options)  # type: ignore[arg-type]  # names of its fields
    return VERTEX.dialect.chat(request)


@pytest.mark.parametrize("name", [CLAUDE, f"anthropic/{CLAUDE}", f"publishers/anthropic/models/{CLAUDE}"])
def test_a_claude_is_asked_in_anthropics_words(name: str) -> None:
    tool = Tool(name="get_tide", parameters={"type": "object"})
    call = asked(name, tools=(tool,), effort="low", max_tokens=500, extra={"anthropic_beta": ["x"]})
    assert call.path == f"/publishers/anthropic/models/{CLAUDE}:streamRawPredict"
    assert not call.headers
    assert call.json == {
        "anthropic_version": "vertex-2023-10-16",
        "max_tokens": 500,
        "system": "Be brief.",
        "messages": [{"role": "user", "content": "When is high water?"}],
        "stream": True,
        "tools": [{"name": "get_tide", "input_schema": {"type": "object"}}],
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": "low"},
        "anthropic_beta": ["x"],
    }


def test_an_older_claude_takes_sampling() -> None:
    body = asked("claude-sonnet-4-5@20250929", temperature=0.5).json
    assert body
    assert body["temperature"] == 0.5
    assert asked("gemini-claude").path == "/publishers/google/models/gemini-claude:streamGenerateContent?alt=sse"


@pytest.mark.parametrize("recorded", ANTHROPICS, ids=lambda recorded: recorded.name)
async def test_what_anthropic_says_is_read_here_too(recorded: Recorded) -> None:
    deltas: list[Delta] = []
    await read_body(VERTEX.dialect, recorded.body, recorded.kind, deltas)
    assert added_up(deltas) == recorded.told


async def test_a_claude_answers_and_refuses() -> None:
    said = (
        event({"type": "message_start", "message": {"usage": {"input_tokens": 3}}}, "message_start"),
        event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "At four."}}),
        event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 4}}),
        event({"type": "message_stop"}, "message_stop"),
    )
    busy = json.dumps([{"error": {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED"}}]).encode()
    address = "/v1beta1/projects/tides/locations/global"
    async with far_end(Saying(pieces=said), Saying(status=429, kind=JSON, pieces=(busy,))) as end:
        client = AsyncClient(keys={"vertex": "ya29.token"}, base_urls={"vertex": end.url + address}, retries=0)
        async with client:
            request = ChatRequest(model=f"vertex/{CLAUDE}", messages=(Message.of("user", "Hi"),))
            deltas = [delta async for delta in client.stream(request)]
            with pytest.raises(RateLimitError, match="Quota"):
                [delta async for delta in client.stream(request)]
    assert (deltas[0], deltas[-1]) == (TextDelta("At four."), FinishDelta(FinishReason.STOP))
    assert end.asked[0].path == f"{address}/publishers/anthropic/models/{CLAUDE}:streamRawPredict"
    assert end.asked[0].headers["authorization"] == "Bearer ya29.token"


async def test_a_failure_amid_an_answer_is_told_as_anthropic_tells_it() -> None:
    begun = event({"type": "message_start", "message": {}}, "message_start")
    failed = event({"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}}, "error")
    with pytest.raises(OverloadedError, match="Busy"):
        await read_body(VERTEX.dialect, begun + failed, KINDS[".sse"], [])
    for body in (begun, b""):
        with pytest.raises(ConnectionFailedError, match="broke off"):
            await read_body(VERTEX.dialect, body, KINDS[".sse"], [])


def test_a_field_that_is_refused_is_left_out_as_at_anthropics() -> None:
    error = BadRequestError("thinking: not supported", provider="vertex", status=400)
    simpler = VERTEX.dialect.simpler(asked(effort="low"), error)
    assert simpler
    assert "thinking" not in (simpler.json or {})
    assert simpler.path.endswith(":streamRawPredict")


def test_skills_are_those_of_the_claude_models() -> None:
    for name in (CLAUDE, f"anthropic/{CLAUDE}"):
        can = VERTEX.capabilities(name)
        assert Capability.THINKING in can
        assert Capability.AUDIO not in can
    assert Capability.THINKING not in VERTEX.capabilities("claude-3-5-sonnet-v2@20241022")
