"""Answers that their server gave up: the words so far, and an error of ours."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.deltas import Delta, TextDelta
from omnichat.errors import OverloadedError, ProviderError, RateLimitError, ServerError
from omnichat.messages import ChatRequest, Message
from tests.omnichat.far_end import DONE, Saying, event, far_end, word

ENDS: list[tuple[dict[str, Any], type[ProviderError], str, str | None]] = [
    ({"delta": {}, "finish_reason": "error"}, ServerError, "broke off", "error"),
    (
        {"delta": {}, "finish_reason": "error", "error": {"code": 429, "message": "Slow down"}},
        RateLimitError,
        "Slow down",
        None,
    ),
    (
        {"delta": {}, "finish_reason": "insufficient_system_resource"},
        OverloadedError,
        "broke off",
        "insufficient_system_resource",
    ),
]


async def hear(deltas: AsyncIterable[Delta], heard: list[Delta]) -> None:
    async for delta in deltas:
        heard.append(delta)


@pytest.mark.parametrize(("choice", "kind", "message", "code"), ENDS)
async def test_a_finish_that_is_a_failure_is_raised(
    choice: dict[str, Any], kind: type[ProviderError], message: str, code: str | None
) -> None:
    pieces = (word("Hel"), event({"choices": [choice]}), DONE)
    saying = Saying(pieces=pieces, headers={"x-request-id": "req_7"})
    heard: list[Delta] = []
    async with far_end(saying) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        request = ChatRequest(model="custom/m", messages=(Message.of("user", "Hello"),))
        with pytest.raises(kind, match=message) as raised:
            await hear(client.stream(request), heard)
    assert heard == [TextDelta("Hel")]
    assert (raised.value.provider, raised.value.code, raised.value.request_id) == ("custom", code, "req_7")


async def test_a_failure_of_claude_names_its_request() -> None:
    told = {"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}, "request_id": "req_8"}
    saying, keys = Saying(pieces=(event(told, "error"),)), {"anthropic": "sk-1"}
    async with far_end(saying) as end, AsyncClient(base_urls={"anthropic": end.url}, keys=keys, retries=0) as client:
        with pytest.raises(OverloadedError) as raised:
            await client.chat.completions.create(model="anthropic/m", messages=[{"role": "user", "content": "Hi"}])
    assert (raised.value.request_id, raised.value.code) == ("req_8", "overloaded_error")


@pytest.mark.parametrize(
    ("key", "said", "told"),
    [
        ("sk-0123456789", "wrong key xsk-0123456789x", "wrong key x[key]x"),
        ("k", "a key: k!", "a key: [key]!"),
        ("llama", "pull ollama first", "pull ollama first"),
    ],
)
def test_a_key_is_blotted_out_and_no_word_that_holds_a_short_one(key: str, said: str, told: str) -> None:
    error = ServerError(said, provider="").told("custom", [key])
    assert str(error) == f"custom: {told}"
    assert key not in str(error) or len(key) < 8
