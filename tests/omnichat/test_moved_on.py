"""Providers that have moved on: their current contract is followed, and the former one survived."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.errors import BadRequestError
from omnichat.messages import ChatRequest, Message
from omnichat.refusals import refusal
from tests.omnichat.far_end import DONE, END, JSON, FarEnd, Saying, event, far_end, word

TALK = [{"role": "user", "content": "When is high water?"}]
DONE_NOW = {"type": "response.completed", "response": {"id": "r", "status": "completed", "output": []}}
CURRENT = (
    event({"type": "response.output_text.delta", "item_id": "m", "output_index": 0, "delta": "At four."}),
    event(DONE_NOW, "response.completed"),
)
FORMER = (word("At "), word("four."), END, DONE)
MESSAGE = (
    event({"type": "message_start", "message": {"usage": {"input_tokens": 3}}}, "message_start"),
    event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "At four."}}),
    event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 4}}),
    event({"type": "message_stop"}, "message_stop"),
)


async def told(end: FarEnd, model: str, key: str = "sk-ant-key", **options: Any) -> str:
    provider = model.partition("/")[0]
    async with AsyncClient(base_urls={provider: end.url}, keys={provider: key}, retries=0) as client:
        answer = await client.chat.completions.create(model=model, messages=TALK, **options)
    return str(answer.choices[0].message.content)


@pytest.mark.parametrize(("model", "path"), [("xai/grok-4.5", "/responses"), ("perplexity/sonar", "/v1/responses")])
@pytest.mark.parametrize("pieces", [CURRENT, FORMER])
async def test_the_responses_api_is_asked_and_either_contract_is_understood(
    model: str, path: str, pieces: tuple[bytes, ...]
) -> None:
    async with far_end(Saying(pieces=pieces)) as end:
        assert await told(end, model) == "At four."
    (asked,) = end.asked
    assert asked.path == path
    assert asked.body["input"][0]["role"] == "user"
    assert "messages" not in asked.body


@pytest.mark.parametrize("model", ["xai/grok-4.5", "perplexity/sonar"])
async def test_a_whole_answer_of_the_former_contract_is_one_too(model: str) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "At four."}, "finish_reason": "stop"}
    whole = json.dumps({"object": "chat.completion", "choices": [choice]}).encode()
    async with far_end(Saying(kind=JSON, pieces=(whole,))) as end:
        assert await told(end, model) == "At four."


async def test_anthropics_current_version_is_asked_for_and_the_former_where_sampling_is_wished() -> None:
    async with far_end(Saying(pieces=MESSAGE)) as end:
        assert await told(end, "anthropic/claude-haiku-4-5") == "At four."
        assert await told(end, "anthropic/claude-haiku-4-5", temperature=0.5) == "At four."
    assert [one.headers["anthropic-version"] for one in end.asked] == ["2026-10-21", "2023-06-01"]
    assert ["temperature" in one.body for one in end.asked] == [False, True]


async def test_a_server_that_knows_only_anthropics_former_version_is_asked_by_it() -> None:
    message = 'anthropic-version: "2026-10-21" is not a valid version'
    no = json.dumps({"type": "error", "error": {"type": "invalid_request_error", "message": message}}).encode()
    refused = Saying(status=400, kind=JSON, pieces=(no,))
    async with far_end(refused, Saying(pieces=MESSAGE)) as end:
        assert await told(end, "anthropic/claude-sonnet-5") == "At four."
    assert [one.headers["anthropic-version"] for one in end.asked] == ["2026-10-21", "2023-06-01"]
    listed = {"data": [{"id": "claude-3-haiku", "type": "model"}], "has_more": False}
    models = Saying(kind=JSON, pieces=(json.dumps(listed).encode(),))
    async with (
        far_end(refused, models) as end,
        AsyncClient(base_urls={"anthropic": end.url}, keys={"anthropic": "sk-ant-k"}, retries=0) as client,
    ):
        assert [model.id for model in await client.list_models("anthropic")] == ["anthropic/claude-3-haiku"]
    async with far_end(refused) as end:
        with pytest.raises(BadRequestError, match="valid version"):
            await told(end, "anthropic/claude-sonnet-5")
    assert len(end.asked) == 2


async def test_a_list_of_anthropics_is_read_to_its_end() -> None:
    first = {"data": [{"id": "claude-1"}], "has_more": True, "last_id": "claude/1"}
    last = {"data": [{"id": "claude-0"}], "has_more": False, "last_id": "claude-0"}
    pages = [Saying(kind=JSON, pieces=(json.dumps(page).encode(),)) for page in (first, last)]
    async with (
        far_end(*pages) as end,
        AsyncClient(base_urls={"anthropic": end.url}, keys={"anthropic": "sk-ant-k"}) as client,
    ):
        models = await client.list_models("anthropic")
    assert [model.id for model in models] == ["anthropic/claude-1", "anthropic/claude-0"]
    assert [one.path for one in end.asked] == ["/v1/models?limit=1000", "/v1/models?limit=1000&after_id=claude%2F1"]


async def test_a_token_for_a_gateway_goes_where_gateways_look() -> None:
    async with far_end(Saying(pieces=MESSAGE)) as end:
        await told(end, "anthropic/claude-sonnet-5", key="gateway-token")
        await told(end, "anthropic/claude-sonnet-5", key="sk-ant-api03-key")
    token, key = (one.headers for one in end.asked)
    assert (token["x-api-key"], token["authorization"]) == ("gateway-token", "Bearer gateway-token")
    assert (key["x-api-key"], key.get("authorization")) == ("sk-ant-api03-key", None)


async def test_an_organisation_goes_along_with_a_key_of_our_own_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-tides")
    monkeypatch.setenv("OPENAI_PROJECT_ID", " ")
    request = ChatRequest(model="openai/gpt-6", messages=(Message.of("user", "Hi"),))
    async with (
        far_end(Saying(pieces=FORMER)) as end,
        AsyncClient(base_urls={"openai": end.url}, keys={"openai": "sk-own"}) as client,
    ):
        for key in (None, "sk-other"):
            assert [delta async for delta in client.stream(request, key=key)]
    assert [one.headers.get("openai-organization") for one in end.asked] == ["org-tides", None]
    assert not any("openai-project" in one.headers for one in end.asked)


def test_a_status_beside_an_error_counts() -> None:
    error = refusal('{"error": {"message": "Busy", "code": ""}, "status_code": 503}')
    assert (type(error).__name__, error.provider_status) == ("OverloadedError", 503)
