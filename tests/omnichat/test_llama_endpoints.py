"""The real llama.cpp server, spoken to in each of the formats it speaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from math import isclose
from pathlib import Path
from typing import Any

import pytest

from omnichat import AsyncClient, AuthenticationError, Client, ContextLengthError, ServerError
from tests.fixtures.llama import LlamaServer, a_llama_server
from tests.needs import need

QUESTION: Any = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Tell me of the river."}]
TOO_LONG: Any = [{"role": "user", "content": "river " * 5000}]
CHAT_FORMATS = pytest.mark.parametrize("model", ["llamacpp/tiny", "anthropic/tiny", "custom/tiny"])


@pytest.fixture
async def client(llama_server: LlamaServer) -> AsyncIterator[AsyncClient]:
    """Yield a client that finds the one server wherever it speaks like another."""
    async with AsyncClient(**reach(llama_server)) as client:
        yield client


def reach(server: LlamaServer) -> dict[str, Any]:
    root = server.base_url.removesuffix("/v1")
    urls = {"llamacpp": server.base_url, "custom": server.base_url, "anthropic": root}
    return {"base_urls": urls, "keys": dict.fromkeys(urls, server.key)}


@CHAT_FORMATS
async def test_a_chat_is_answered_whole(client: AsyncClient, model: str) -> None:
    answer = await client.chat.completions.create(model=model, messages=QUESTION, max_tokens=6, temperature=0)
    assert answer.choices[0].message.content
    assert (answer.model, answer.choices[0].finish_reason) == (model, "length")
    assert answer.usage
    assert answer.usage.prompt_tokens > 6
    assert answer.usage.completion_tokens == 6


@CHAT_FORMATS
async def test_a_chat_is_answered_word_by_word(client: AsyncClient, model: str) -> None:
    stream = await client.chat.completions.create(
        model=model, messages=QUESTION, max_tokens=6, temperature=0, stream=True
    )
    chunks = [chunk async for chunk in stream]
    said = [choice.delta.content for chunk in chunks for choice in chunk.choices if choice.delta.content]
    assert len(said) > 1
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason] == ["length"]
    counted = [chunk.usage for chunk in chunks if chunk.usage]
    assert [usage.completion_tokens for usage in counted] == [6]


@CHAT_FORMATS
async def test_what_went_wrong_has_its_name(client: AsyncClient, llama_server: LlamaServer, model: str) -> None:
    with pytest.raises(ContextLengthError):
        await client.chat.completions.create(model=model, messages=TOO_LONG)
    provider = model.partition("/")[0]
    known = reach(llama_server)
    async with AsyncClient(base_urls=known["base_urls"], keys={provider: "sk-wrong"}) as stranger:
        with pytest.raises(AuthenticationError) as raised:
            await stranger.chat.completions.create(model=model, messages=QUESTION)
    assert "sk-wrong" not in str(raised.value)


@CHAT_FORMATS
async def test_the_models_are_listed(client: AsyncClient, model: str) -> None:
    assert [found.id for found in await client.list_models(model.partition("/")[0])] == [model]


async def test_the_responses_api_is_answered_whole_and_word_by_word(client: AsyncClient) -> None:
    asked: Any = {
        "model": "llamacpp/tiny",
        "input": "Once",
        "instructions": "Be brief.",
        "max_output_tokens": 16,
        "temperature": 0,
    }
    answer = await client.responses.create(**asked)
    stream = await client.responses.create(**asked, stream=True)
    told = [event async for event in stream]
    assert answer.output_text
    assert answer.usage
    assert answer.usage.output_tokens
    assert "".join(one.delta for one in told)
    assert (told[0].type, told[-1].over) == ("response.created", True)


async def test_the_next_model_answers_where_there_is_none_of_that_name(client: AsyncClient) -> None:
    answer = await client.chat.completions.create(
        model=["openai/there-is-no-key", "anthropic/tiny"], messages=QUESTION, max_tokens=6, temperature=0
    )
    assert answer.model == "anthropic/tiny"


async def test_llamacpp_goes_on_with_a_text(client: AsyncClient) -> None:
    whole = await client.completions.create(model="llamacpp/tiny", prompt="Hello", max_tokens=5, temperature=0)
    stream = await client.completions.create(
        model="llamacpp/tiny", prompt="Hello", max_tokens=5, temperature=0, stream=True
    )
    pieces = [piece async for piece in stream]
    assert whole.choices[0].text
    assert whole.usage
    assert whole.usage.completion_tokens <= 5
    assert "".join(choice.text for piece in pieces for choice in piece.choices)


async def test_a_server_for_vectors_makes_them(client: AsyncClient, vector_server: LlamaServer) -> None:
    async with AsyncClient(**reach(vector_server)) as embedder:
        found = await embedder.embeddings.create(model="llamacpp/tiny", input=["Hello there", "Goodbye", "Hello there"])
        packed = await embedder.embeddings.create(model="custom/tiny", input="Hello there", encoding_format="base64")
    vectors = [row.embedding for row in found.data]
    assert vectors[0] == vectors[2] != vectors[1]
    assert [row.index for row in found.data] == [0, 1, 2]
    assert (found.model, found.usage.prompt_tokens > 0) == ("llamacpp/tiny", True)
    assert isinstance(packed.data[0].embedding, str)
    with pytest.raises(ServerError, match="does not support embeddings"):
        await client.embeddings.create(model="llamacpp/tiny", input="Hello there")


def test_a_program_without_an_event_loop_is_answered_in_every_format(llama_server: LlamaServer) -> None:
    with Client(**reach(llama_server)) as client:
        for model in ("llamacpp/tiny", "anthropic/tiny"):
            answer = client.chat.completions.create(model=model, messages=QUESTION, max_tokens=6, temperature=0)
            stream = client.chat.completions.create(
                model=model, messages=QUESTION, max_tokens=6, temperature=0, stream=True
            )
            assert answer.choices[0].message.content
            assert "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
        assert client.responses.create(
            model="llamacpp/tiny", input="Once", max_output_tokens=16, temperature=0
        ).output_text
        assert {"llamacpp/tiny", "anthropic/tiny"} <= {model.id for model in client.models.list()}


async def test_a_local_model_makes_vectors_beside_its_chat(tiny_gguf: Path) -> None:
    need("llm")
    async with AsyncClient(local_models=tiny_gguf.parent) as client:
        found = await client.embeddings.create(model="local/tiny", input=["Hello there", "Goodbye", "Hello there"])
        packed = await client.embeddings.create(model="local/tiny", input="Hello there", encoding_format="base64")
        text = await client.completions.create(model="local/tiny", prompt="Hello", max_tokens=2)
    vectors = [row.embedding for row in found.data]
    assert isinstance(vectors[0], list)
    assert vectors[0] == vectors[2] != vectors[1]
    assert isclose(sum(number * number for number in vectors[0]), 1, rel_tol=1e-3)
    assert found.usage.prompt_tokens > 0
    assert isinstance(packed.data[0].embedding, str)
    assert text.choices


async def test_the_real_server_is_recognised_by_what_it_answers_to_everybody(tiny_gguf: Path) -> None:
    with a_llama_server(tiny_gguf, "") as server:
        async with AsyncClient() as client:
            assert await client.recognise(server.base_url.removesuffix("/v1")) == "llamacpp"
