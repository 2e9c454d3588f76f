"""Several models for one question."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from omnichat import AsyncClient, Client
from omnichat.errors import (
    AuthenticationError,
    ConnectionFailedError,
    MissingKeyError,
    NotFoundError,
    OverloadedError,
    UnknownProviderError,
)
from omnichat.messages import ChatRequest, Message
from omnichat.registry import every_provider
from tests.omnichat.far_end import DONE, END, JSON, FarEnd, Saying, far_end, word
from tests.omnichat.test_blocking import speaking

WORDS: Any = [{"role": "user", "content": "Hello"}]
HELLO_THERE = (Message.of("user", "Hello"),)
HELLO = Saying(pieces=(word("Hel"), word("lo"), END, DONE))
BUSY = Saying(status=503, kind=JSON, pieces=(b'{"error": "busy"}',))
BROKEN = Saying(pieces=(word("Hel"),), then="break off")


@asynccontextmanager
async def two(first: Saying, second: Saying) -> AsyncIterator[tuple[FarEnd, FarEnd, AsyncClient]]:
    """Open two far ends, llamacpp and custom, and a client of both."""
    async with far_end(first) as one, far_end(second) as other:
        urls = {"llamacpp": one.url, "ollama": one.url, "custom": other.url}
        async with AsyncClient(base_urls=urls, retries=0) as client:
            yield one, other, client


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in every_provider().values():
        for name in (provider.key_env, *provider.key_envs, f"{provider.name.upper()}_BASE_URL"):
            monkeypatch.delenv(str(name), raising=False)


async def test_the_next_model_answers_where_the_first_cannot() -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://a.example/a.png"}}
    messages: Any = [{"role": "user", "content": [picture]}]
    models = ["groq/no-key", "ollama/no-picture-from-an-address", "llamacpp/busy", "custom/good"]
    async with two(BUSY, HELLO) as (busy, _, client):
        answer = await client.chat.completions.create(model=models, messages=messages)
        stream = await client.chat.completions.create(model=models, messages=messages, stream=True)
        chunks = [chunk async for chunk in stream]
    assert (answer.model, answer.choices[0].message.content) == ("custom/good", "Hello")
    assert {chunk.model for chunk in chunks} == {"custom/good"}
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Hello"
    assert [asked.body["model"] for asked in busy.asked] == ["busy", "busy"]


async def test_a_request_carries_its_fallbacks() -> None:
    request = ChatRequest(model="llamacpp/m", fallbacks=("custom/m",), messages=HELLO_THERE)
    async with two(BUSY, HELLO) as (busy, good, client):
        assert [delta async for delta in client.stream(request)]
    assert (len(busy.asked), len(good.asked)) == (1, 1)


async def test_the_last_error_tells_of_the_others() -> None:
    refused = Saying(status=404, kind=JSON, pieces=(b'{"error": "no such model"}',))
    async with far_end(BUSY, refused) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        with pytest.raises(NotFoundError, match="no such model") as raised:
            await client.chat.completions.create(model=["groq/m", "custom/a", "custom/b"], messages=WORDS)
    assert isinstance(raised.value.__cause__, ExceptionGroup)
    assert [type(error) for error in raised.value.__cause__.exceptions] == [MissingKeyError, OverloadedError]


async def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    async with two(BROKEN, HELLO) as (_, good, client):
        with pytest.raises(ConnectionFailedError):
            await client.chat.completions.create(model=["llamacpp/m", "custom/m"], messages=WORDS)
    assert good.asked == []


async def test_a_slip_of_the_pen_is_told_at_once() -> None:
    async with far_end(HELLO) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        for models in (["nobody/m", "custom/m"], []):
            with pytest.raises(UnknownProviderError):
                await client.chat.completions.create(model=models, messages=WORDS)
    assert end.asked == []


async def test_a_key_given_for_one_model_is_not_shown_to_the_others() -> None:
    request = ChatRequest(model="llamacpp/m", fallbacks=("custom/m",), messages=HELLO_THERE)
    refused = Saying(status=401, kind=JSON, pieces=(b'{"error": "who?"}',))
    async with two(refused, refused) as (first, second, client):
        with pytest.raises(AuthenticationError):
            await anext(client.stream(request, key="sk-only-for-the-first"))
    assert first.asked[0].headers["authorization"] == "Bearer sk-only-for-the-first"
    assert "authorization" not in second.asked[0].headers


async def test_giving_up_while_the_first_is_silent_hangs_up() -> None:
    silent = Saying(then="fall silent")
    async with far_end(silent) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        waiting = asyncio.create_task(client.chat.completions.create(model=["custom/a", "custom/b"], messages=WORDS))
        await asyncio.wait_for(end.speaking.wait(), 5)
        waiting.cancel()
        await asyncio.wait_for(end.hung_up.wait(), 5)
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert len(end.asked) == 1


def test_a_program_without_an_event_loop_falls_back_too() -> None:
    with speaking(BUSY, HELLO) as (end, _), Client(base_urls={"custom": end.url}, retries=0) as client:
        answer = client.chat.completions.create(model=["custom/a", "custom/b"], messages=WORDS)
    assert answer.model == "custom/b"
