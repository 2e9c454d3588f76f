"""A server that others wrote speaks and fails as the providers do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from omnichat import (
    AsyncClient,
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    ContextLengthError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    QuotaError,
    RateLimitError,
    ServerError,
    TimedOutError,
    Timeouts,
)
from omnichat.answers import ChatCompletion, ChatCompletionChunk
from tests.fixtures.mock_server import MockServer

PATHS = {
    "openai": "/v1",
    "custom": "/v1",
    "xai": "/v1",  # at both of these, chat has become the Responses API, which only this path has
    "perplexity": "",
    "anthropic": "/anthropic",
    "google": "/gemini/v1beta",
    "cohere": "/cohere",
    "groq": "/groq/openai/v1",
    "mistral": "/mistral/v1",
    "together": "/together/v1",
}
EVERY_DIALECT = pytest.mark.parametrize("provider", PATHS)
LISTS_MODELS = [name for name in PATHS if name != "cohere"]  # which lists them at v1, where the server has no list
COUNTS_UNASKED = [name for name in PATHS if name != "mistral"]  # whose tokens the server counts only if asked to
STATUSES: dict[int, type[ProviderError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: QuotaError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: TimedOutError,
    409: BadRequestError,
    413: BadRequestError,
    422: BadRequestError,
    429: RateLimitError,
    500: ServerError,
    502: ServerError,
    503: OverloadedError,
    504: TimedOutError,
    529: OverloadedError,
}
FAULTS: dict[str, type[ProviderError]] = {
    "disconnect": ConnectionFailedError,
    "truncate": ConnectionFailedError,
    "stall": TimedOutError,
    "malformed": ServerError,
}
QUESTION: Any = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say hello."}]
WORDS = "Héllo there — naïve 🙂 you!"
PARAMETERS = {"type": "object", "properties": {"harbour": {"type": "string"}}, "required": ["harbour"]}
TOOL: Any = {"type": "function", "function": {"name": "get_tide", "description": "Tides.", "parameters": PARAMETERS}}


@pytest.fixture
async def client(mock_server: MockServer) -> AsyncIterator[AsyncClient]:
    urls = {name: mock_server.url + path for name, path in PATHS.items()}
    timeouts = Timeouts(stall=0.4)
    async with AsyncClient(base_urls=urls, keys=dict.fromkeys(urls, "k"), retries=0, timeouts=timeouts) as client:
        yield client


async def asked(client: AsyncClient, provider: str, **options: Any) -> ChatCompletion:
    return await client.chat.completions.create(model=f"{provider}/m", messages=QUESTION, stream=False, **options)


async def streamed(client: AsyncClient, provider: str, into: list[ChatCompletionChunk], **options: Any) -> None:
    create = client.chat.completions.create
    async for chunk in await create(model=f"{provider}/m", messages=QUESTION, stream=True, **options):
        into.append(chunk)


def text(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


@EVERY_DIALECT
async def test_an_answer_comes_whole_and_word_by_word(
    mock_server: MockServer, client: AsyncClient, provider: str
) -> None:
    mock_server.plan({"type": "reply", "text": WORDS, "times": None})
    answer = await asked(client, provider)
    chunks: list[ChatCompletionChunk] = []
    await streamed(client, provider, chunks)
    assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == (WORDS, "stop")
    assert text(chunks) == WORDS
    assert len(chunks) > 5
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason] == ["stop"]
    if provider in COUNTS_UNASKED:
        assert answer.usage
        assert answer.usage.completion_tokens == 6


@EVERY_DIALECT
async def test_an_answer_at_its_limit_says_so(mock_server: MockServer, client: AsyncClient, provider: str) -> None:
    mock_server.plan({"type": "reply", "text": "High water is", "finish_reason": "length"})
    assert (await asked(client, provider)).choices[0].finish_reason == "length"


@EVERY_DIALECT
async def test_tools_are_called_and_their_results_told(
    mock_server: MockServer, client: AsyncClient, provider: str
) -> None:
    calls = [{"name": "get_tide", "arguments": {"harbour": harbour}} for harbour in ("Husum", "Tönning")]
    mock_server.plan({"type": "reply", "tool_calls": calls}, {"type": "reply", "text": "Both at four."})
    wish = (await asked(client, provider, tools=[TOOL])).choices[0]
    made = wish.message.tool_calls or []
    assert wish.finish_reason == "tool_calls"
    assert [call.function.name for call in made] == ["get_tide", "get_tide"]
    assert len({call.id for call in made}) == 2
    assert [json.loads(call.function.arguments)["harbour"] for call in made] == ["Husum", "Tönning"]
    results = [{"role": "tool", "tool_call_id": call.id, "content": "04:17"} for call in made]
    messages = [*QUESTION, wish.message, *results]
    answer = await client.chat.completions.create(model=f"{provider}/m", messages=messages, tools=[TOOL])
    assert answer.choices[0].message.content == "Both at four."


@EVERY_DIALECT
async def test_every_refusal_has_its_name(mock_server: MockServer, client: AsyncClient, provider: str) -> None:
    for status, kind in STATUSES.items():
        mock_server.plan({"type": "fail", "status": status, "retry_after": 2})
        with pytest.raises(ProviderError) as raised:
            await asked(client, provider)
        told = raised.value
        assert (type(told), told.provider, told.provider_status) == (kind, provider, status)
        assert told.retry_after == 2


@EVERY_DIALECT
async def test_too_long_a_question_is_told_apart(mock_server: MockServer, client: AsyncClient, provider: str) -> None:
    message = "This model's maximum context length was exceeded."
    mock_server.plan({"type": "fail", "status": 400, "code": "context_length_exceeded", "message": message})
    with pytest.raises(ContextLengthError):
        await asked(client, provider)


@pytest.mark.parametrize("fault", FAULTS)
@EVERY_DIALECT
async def test_a_broken_stream_leaves_its_words_and_an_error(
    mock_server: MockServer, client: AsyncClient, provider: str, fault: str
) -> None:
    words = " ".join(f"w{number}" for number in range(40))
    broken = {"type": "stream_fault", "kind": fault, "after_chunks": 12, "stall_seconds": 30}
    mock_server.plan({"type": "reply", "text": words, "times": None}, broken)
    chunks: list[ChatCompletionChunk] = []
    with pytest.raises(FAULTS[fault]):
        await streamed(client, provider, chunks)
    assert text(chunks)
    assert words.startswith(text(chunks))
    mock_server.plan({"type": "reply", "text": words}, broken)
    with pytest.raises(FAULTS[fault]):
        await asked(client, provider)


@EVERY_DIALECT
async def test_what_is_worth_another_try_is_tried_again(mock_server: MockServer, provider: str) -> None:
    fail = {"type": "fail", "status": 503, "retry_after": 0.01, "times": 2}
    mock_server.plan(fail, {"type": "reply", "text": WORDS})
    urls = {provider: mock_server.url + PATHS[provider]}
    async with AsyncClient(base_urls=urls, keys={provider: "k"}, retries=2) as patient:
        assert (await asked(patient, provider)).choices[0].message.content == WORDS
    assert len(mock_server.asked()) == 3


async def test_the_next_provider_answers_where_the_first_is_down(mock_server: MockServer, client: AsyncClient) -> None:
    for fault in ({"type": "fail", "status": 503}, {"type": "stream_fault", "kind": "disconnect", "after_chunks": 0}):
        mock_server.plan(fault, {"type": "reply", "text": WORDS, "times": None})
        answer = await client.chat.completions.create(model=["openai/m", "anthropic/m"], messages=QUESTION)
        assert (answer.model, answer.choices[0].message.content) == ("anthropic/m", WORDS)


@pytest.mark.parametrize("provider", LISTS_MODELS)
async def test_models_are_listed(client: AsyncClient, provider: str) -> None:
    assert all(model.id.startswith(f"{provider}/") for model in await client.list_models(provider))
    assert await client.list_models(provider)


async def test_the_responses_api_answers_and_breaks(mock_server: MockServer, client: AsyncClient) -> None:
    mock_server.plan({"type": "reply", "text": WORDS, "times": None})
    assert (await client.responses.create(model="openai/m", input="Hello")).output_text == WORDS
    stream = await client.responses.create(model="openai/m", input="Hello", stream=True)
    assert "".join([event.delta async for event in stream]) == WORDS
    for fault, kind in FAULTS.items():
        broken = {"type": "stream_fault", "kind": fault, "after_chunks": 5, "stall_seconds": 30}
        mock_server.plan({"type": "reply", "text": WORDS}, broken)
        with pytest.raises(kind):
            await client.responses.create(model="openai/m", input="Hello")


async def test_vectors_pictures_and_files(mock_server: MockServer, client: AsyncClient) -> None:
    mock_server.plan({"type": "reply", "text": WORDS})
    vectors = await client.embeddings.create(model="openai/m", input=["tide", "moon"])
    assert [row.index for row in vectors.data] == [0, 1]
    assert (await client.images.generate(model="openai/m", prompt="A lighthouse")).data
    stored = await client.files.create(file=("tides.jsonl", b'{"high": 4}\n'), purpose="batch")
    assert (await client.files.content(stored.id)).content == b'{"high": 4}\n'
    assert (await client.files.delete(stored.id)).deleted
