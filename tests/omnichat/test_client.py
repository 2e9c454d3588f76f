"""The client that everything else stands on."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from omnichat import AsyncClient, Capability, ChatRequest, Message
from omnichat.addresses import tidy
from omnichat.errors import (
    AddressError,
    AuthenticationError,
    MissingKeyError,
    NotFoundError,
    OmniChatError,
    RateLimitError,
    UnknownProviderError,
    UnsupportedError,
)
from omnichat.registry import every_provider
from tests.omnichat.far_end import DONE, END, JSON, NDJSON, Saying, event, far_end, word
from tests.omnichat.recorded import streams

USAGE = event({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}})
HELLO = Saying(pieces=(word("Hel"), word("lo"), END, USAGE, DONE))
WORDS = [{"role": "user", "content": "Hello"}]


def request(model: str) -> ChatRequest:
    return ChatRequest(model=model, messages=(Message.of("user", "Hello"),))


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_HOST", "CUSTOM_BASE_URL", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for provider in every_provider().values():
        monkeypatch.delenv(f"{provider.name.upper()}_API_KEY", raising=False)
        monkeypatch.delenv(f"{provider.name.upper()}_BASE_URL", raising=False)


async def test_a_whole_answer_has_openais_attributes() -> None:
    async with far_end(HELLO) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        answer = await client.chat.completions.create(model="custom/some/model", messages=WORDS, temperature=0.5)
    assert answer.choices[0].message.content == "Hello"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (3, 2, 5)
    assert (answer.object, answer.model) == ("chat.completion", "custom/some/model")
    assert answer.model_dump()["choices"][0]["message"]["role"] == "assistant"
    assert '"content": "Hello"' in answer.model_dump_json(exclude_none=True)
    assert end.asked[0].path == "/v1/chat/completions"
    assert end.asked[0].body["model"] == "some/model"
    assert end.asked[0].body["temperature"] == 0.5


async def test_chunks_have_openais_attributes() -> None:
    thought = event({"choices": [{"index": 0, "delta": {"reasoning_content": "Hm"}}]})
    saying = Saying(pieces=(thought, *HELLO.pieces))
    async with far_end(saying) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        stream = await client.chat.completions.create(model="custom/m", messages=WORDS, stream=True)
        async with stream:
            chunks = [chunk async for chunk in stream]
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert [delta.role for delta in deltas] == ["assistant", None, None, None]
    assert [delta.reasoning_content for delta in deltas] == ["Hm", None, None, None]
    assert [delta.content for delta in deltas] == [None, "Hel", "lo", None]
    assert chunks[3].choices[0].finish_reason == "stop"
    assert chunks[-1].usage
    assert chunks[-1].usage.prompt_tokens == 3
    assert len({chunk.id for chunk in chunks}) == 1


async def test_tool_calls_come_whole_and_in_pieces() -> None:
    recorded = next(one for one in streams() if one.name == "openai-tools")
    tools = [{"type": "function", "function": {"name": "get_tide", "parameters": {"type": "object"}}}]
    saying = Saying(pieces=(recorded.body,))
    async with far_end(saying) as end, AsyncClient(base_urls={"openai": end.url}, keys={"openai": "k"}) as client:
        answer = await client.chat.completions.create(model="openai/m", messages=WORDS, tools=tools)
        stream = await client.chat.completions.create(model="openai/m", messages=WORDS, tools=tools, stream=True)
        pieces = [call for c in [c async for c in stream] if c.choices for call in c.choices[0].delta.tool_calls or []]
    calls = answer.choices[0].message.tool_calls
    assert calls
    assert [(call.id, call.function.name, call.function.arguments) for call in calls] == [
        ("call_a", "get_tide", '{"harbour": "Husum"}'),
        ("call_b", "get_wind", "{}"),
    ]
    assert [(piece.index, piece.id, piece.type) for piece in pieces][:2] == [(0, "call_a", "function"), (0, None, None)]
    assert end.asked[0].body["tools"] == tools
    assert answer.choices[0].message.content is None


async def test_a_refusal_is_raised_by_create_itself() -> None:
    async with far_end(Saying(status=401, kind=JSON)) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        for stream in (True, False):
            with pytest.raises(AuthenticationError):
                await client.chat.completions.create(model="custom/m", messages=WORDS, stream=stream)


async def test_closing_a_stream_hangs_up_at_once() -> None:
    saying = Saying(pieces=(word("Hel"),), then="fall silent")
    async with far_end(saying, saying) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        stream = await client.chat.completions.create(model="custom/m", messages=WORDS, stream=True)
        await anext(stream)
        await stream.close()
        await asyncio.wait_for(end.hung_up.wait(), 5)
        end.hung_up.clear()
        deltas = client.stream(request("custom/m"))
        await anext(deltas)
        await deltas.aclose()
        await asyncio.wait_for(end.hung_up.wait(), 5)
    gc.collect()


async def test_pictures_and_files_travel_in_openais_shape() -> None:
    content: list[dict[str, Any]] = [
        {"type": "text", "text": "See"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA=="}},
    ]
    async with far_end(HELLO) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        await client.chat.completions.create(model="custom/m", messages=[{"role": "user", "content": content}])
        with pytest.raises(UnsupportedError):
            await client.chat.completions.create(model="ollama/m", messages=[{"role": "user", "content": content}])
        with pytest.raises(UnsupportedError):
            await client.chat.completions.create(model="custom/m", messages=[{"role": "narrator", "content": "1"}])
    assert end.asked[0].body["messages"][0]["content"] == content


async def test_a_missing_key_names_the_variable() -> None:
    async with AsyncClient() as client:
        with pytest.raises(MissingKeyError, match="ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN"):
            await anext(client.stream(request("anthropic/claude-opus-4-8")))
        with pytest.raises(MissingKeyError, match="GROQ_API_KEY"):
            await client.list_models("groq")
        with pytest.raises(AddressError, match="CUSTOM_BASE_URL"):
            await anext(client.stream(request("custom/m")))
        with pytest.raises(AddressError, match="folder"):
            await anext(client.stream(request("local/m")))
        with pytest.raises(UnknownProviderError):
            await client.list_models("nobody")


async def test_keys_given_come_before_those_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async with far_end(HELLO) as end:
        monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
        monkeypatch.setenv("OPENAI_BASE_URL", end.url)
        sent = []
        for keys, key in ((None, None), ({"openai": "given"}, None), ({"openai": "given"}, "this-time")):
            async with AsyncClient(keys=keys) as client:
                _ = [delta async for delta in client.stream(request("openai/m"), key=key)]
        sent = [asked.headers["authorization"] for asked in end.asked]
    assert sent == ["Bearer from-the-environment", "Bearer given", "Bearer this-time"]


async def test_a_known_key_is_never_sent_to_an_address_typed_by_a_person() -> None:
    async with AsyncClient(keys={"openai": "sk-secret"}) as client:
        with pytest.raises(MissingKeyError):
            await anext(client.stream(request("openai/m"), base_url="https://thief.example/v1"))


def test_within_reach_is_whose_key_or_address_we_have(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert AsyncClient(local_models=tmp_path).reachable() == []
    monkeypatch.setenv("GROQ_API_KEY", "k")
    monkeypatch.setenv("OPENAI_API_KEY", "  ")
    monkeypatch.setenv("OLLAMA_HOST", "0.0.0.0")
    monkeypatch.setenv("CUSTOM_API_KEY", "k")
    (tmp_path / "tiny.gguf").write_bytes(b"GGUF")
    client = AsyncClient(keys={"anthropic": "k"}, base_urls={"llamacpp": "http://box:8080"}, local_models=tmp_path)
    assert [provider.name for provider in client.reachable()] == ["anthropic", "groq", "llamacpp", "local", "ollama"]


async def test_the_models_on_offer_know_what_they_can(tmp_path: Path) -> None:
    rows = b'{"data": [{"id": "gpt-5.4"}, {"id": "text-embedding-3-small"}]}'
    (tmp_path / "tiny.gguf").write_bytes(b"GGUF")
    client = AsyncClient(base_urls={}, keys={"openai": "k"}, local_models=tmp_path)
    async with far_end(Saying(kind=JSON, pieces=(rows,))) as end, client:
        client = AsyncClient(base_urls={"openai": end.url}, keys={"openai": "k"}, local_models=tmp_path)
        chat, embedding = await client.list_models("openai")
        local = await client.list_models("local")
        listed = await client.models.list()
        await client.close()
    assert chat.id == "openai/gpt-5.4"
    assert Capability.VISION in chat.can
    assert embedding.can is Capability.EMBEDDINGS
    assert [model.id for model in local] == ["local/tiny"]
    assert [model.id for model in listed] == ["local/tiny", "openai/gpt-5.4", "openai/text-embedding-3-small"]
    assert listed.data[1].owned_by == "openai"


async def test_one_silent_provider_does_not_empty_the_list() -> None:
    good = Saying(kind=JSON, pieces=(b'{"data": [{"id": "m"}]}',))
    bad = Saying(status=404, kind=JSON)
    async with far_end(good) as well, far_end(bad) as ill:
        async with AsyncClient(base_urls={"custom": well.url, "llamacpp": ill.url}) as client:
            assert [model.id for model in await client.models.list()] == ["custom/m"]
        async with AsyncClient(base_urls={"llamacpp": ill.url}) as client:
            with pytest.raises(NotFoundError):
                await client.models.list()


async def test_every_format_is_spoken_at_its_own_path() -> None:
    kinds = {"ollama-thinking": NDJSON}
    paths = []
    for recorded in streams():
        if recorded.raises or recorded.provider.name in {"local", "replicate"}:  # which begin with another answer
            continue
        saying = Saying(pieces=(recorded.body,), kind=kinds.get(recorded.name, recorded.kind))
        name = recorded.provider.name
        async with far_end(saying) as end, AsyncClient(base_urls={name: end.url}, keys={name: "k"}) as client:
            answer = await client.chat.completions.create(model=f"{name}/m", messages=WORDS)
            assert answer.choices[0].message.content == recorded.told.get(
                "text", None if "tool_calls" in recorded.told else ""
            )
            assert answer.choices[0].message.reasoning_content == recorded.told.get("thinking")
            paths.append((name, end.asked[0].path))
    assert {path for name, path in paths if name == "anthropic"} == {"/v1/messages"}
    assert {path for name, path in paths if name == "ollama"} == {"/api/chat"}
    assert {path for name, path in paths if name in {"custom", "llamacpp"}} == {"/v1/chat/completions"}


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("custom", "http://box:8000", "http://box:8000/v1"),
        ("custom", "http://box:8000/", "http://box:8000/v1"),
        ("custom", "http://box:8000/v1/", "http://box:8000/v1"),
        ("custom", "box:8000", "http://box:8000/v1"),
        ("custom", "https://box/api/v3", "https://box/api/v3"),
        ("custom", " https://box/openai/v1/chat/completions ", "https://box/openai/v1"),
        ("custom", "http://box/v1/models", "http://box/v1"),
        ("llamacpp", "http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("llamacpp", "127.0.0.1", "http://127.0.0.1:9931/v1"),
        ("openai", "https://proxy", "https://proxy"),
        ("anthropic", "https://proxy/v1", "https://proxy"),
        ("anthropic", "https://proxy/v1/messages", "https://proxy"),
        ("ollama", "0.0.0.0", "http://127.0.0.1:11434"),
        ("ollama", ":8000", "http://127.0.0.1:8000"),
        ("ollama", "box", "http://box:11434"),
        ("ollama", "https://ollama.com/api", "https://ollama.com"),
        ("ollama", "http://box:1/api/chat", "http://box:1"),
        ("ollama", "[::]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_understood_however_it_is_written(name: str, typed: str, meant: str) -> None:
    assert tidy(typed, every_provider()[name]) == meant


@pytest.mark.parametrize("typed", ["http://box:port", "http://[::1", "http://box:99999"])
def test_a_malformed_address_is_refused(typed: str) -> None:
    with pytest.raises(AddressError):
        tidy(typed, every_provider()["custom"])


async def test_an_address_that_cannot_be_reached_is_an_error_of_ours() -> None:
    for address in ("http://exa mple", "http://", "ws://box", "http://\x00"):
        async with AsyncClient(base_urls={"custom": address}, retries=0) as client:
            with pytest.raises(OmniChatError):
                await anext(client.stream(request("custom/m")))


async def test_the_errors_of_two_lanes_do_not_mix() -> None:
    busy = Saying(status=429, kind=JSON, headers={"retry-after": "99"})
    async with far_end(busy) as ill, far_end(HELLO) as well:
        client = AsyncClient(base_urls={"custom": well.url, "llamacpp": ill.url})
        good, bad = await asyncio.gather(
            client.chat.completions.create(model="custom/m", messages=WORDS),
            client.chat.completions.create(model="llamacpp/m", messages=WORDS),
            return_exceptions=True,
        )
        await client.close()
    assert not isinstance(good, BaseException)
    assert good.choices[0].message.content == "Hello"
    assert isinstance(bad, RateLimitError)


def test_importing_the_library_loads_no_http_client_and_no_event_loop() -> None:
    probe = "import sys, omnichat; print([name for name in ('httpx', 'aiohttp', 'asyncio') if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
