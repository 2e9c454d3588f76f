"""``client.responses``, beside OpenAI's own client over the same answers."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI

from omnichat import AsyncClient, AuthenticationError, Client, ConnectionFailedError, RateLimitError, ServerError
from omnichat.capabilities import Capability
from omnichat.errors import OverloadedError, ProviderError, UnsupportedError
from omnichat.registry import every_provider
from omnichat.response_answers import (
    Response,
    ResponseFunctionToolCall,
    ResponseItem,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
    ResponseReasoningItem,
    ResponseStreamEvent,
)
from tests.omnichat.far_end import JSON, SSE, FarEnd, Saying, event, far_end
from tests.omnichat.recorded import streams
from tests.omnichat.test_blocking import speaking

FOLDER = os.environ.get("OMNICHAT_TEST_RECORDINGS", "")


@dataclass(frozen=True, slots=True)
class Played:
    """One recorded answer of the Responses API."""

    name: str
    kind: str
    body: bytes


def played() -> Iterator[Played]:
    for recorded in streams():
        if recorded.name.startswith("xai-") and not recorded.raises and recorded.name != "xai-former":
            yield Played(recorded.name, recorded.kind, recorded.body)
    index = json.loads(Path(FOLDER, "index.json").read_text("utf-8"))["recordings"] if FOLDER else []
    for one in index:
        if one["api"] == "responses" and one["kind"] in {"stream", "json"} and one["status"] == 200:
            yield Played(one["id"], one["content_type"], Path(FOLDER, one["file"]).read_bytes())


def whole(status: str = "completed", **more: Any) -> dict[str, Any]:
    said = {"type": "message", "id": "msg_1", "role": "assistant", "status": status}
    message = {**said, "content": [{"type": "output_text", "text": "Hi", "annotations": []}]}
    return {"id": "resp_1", "object": "response", "model": "m", "status": status, "output": [message], **more}


def saying(*news: dict[str, Any], **how: Any) -> Saying:
    return Saying(pieces=tuple(event(one, one["type"]) for one in news), **how)


HELLO = saying(
    {"type": "response.created", "sequence_number": 0, "response": whole("in_progress", output=[])},
    {"type": "response.output_text.delta", "sequence_number": 1, "item_id": "msg_1", "delta": "Hi"},
    {"type": "response.completed", "sequence_number": 2, "response": whole()},
)
BUSY = saying(
    {"type": "response.created", "response": whole("in_progress", output=[])},
    {"type": "error", "code": "server_is_overloaded", "message": "Busy."},
)


def client_of(end: FarEnd, *names: str) -> AsyncClient:
    names = names or ("openai",)
    return AsyncClient(base_urls=dict.fromkeys(names, end.url), keys=dict.fromkeys(names, "k"), retries=0)


@pytest.mark.parametrize("one", [pytest.param(one, id=one.name) for one in played()])
async def test_an_answer_says_what_openais_client_says(one: Played) -> None:
    async with far_end(Saying(pieces=(one.body,), kind=one.kind)) as end, client_of(end) as client:
        ours = await client.responses.create(model="openai/m", input="Hello")
        official = AsyncOpenAI(base_url=end.url, api_key="k", max_retries=0)
        if one.kind.startswith(SSE):
            async with client_of(end) as again:
                events = [told async for told in await again.responses.create(model="openai/m", input="x", stream=True)]
            told = [told async for told in await official.responses.create(model="m", input="x", stream=True)]
            assert [ours.type for ours in events] == [theirs.type for theirs in told]
            assert [ours.delta for ours in events] == [getattr(theirs, "delta", "") for theirs in told]
            last: Any = told[-1]
            theirs = last.response
        else:
            theirs = await official.responses.create(model="m", input="x")
        await official.close()
    same(ours, theirs)


def same(ours: Response, theirs: Any) -> None:
    """Check what both clients call by the same names."""
    assert (ours.id, ours.model, ours.status) == (theirs.id, theirs.model, theirs.status)
    if not theirs.output:  # told in pieces, and not again at the end
        return
    assert ours.output_text == theirs.output_text
    assert [item.type for item in ours.output] == [item.type for item in theirs.output]
    for item, other in zip(ours.output, theirs.output, strict=True):
        match item:
            case ResponseFunctionToolCall():
                assert (item.call_id, item.name, item.arguments) == (other.call_id, other.name, other.arguments)
            case ResponseReasoningItem():
                assert [part.text for part in item.summary] == [part.text for part in other.summary]
                assert (item.encrypted_content or None) == (other.encrypted_content or None)
            case ResponseOutputMessage():
                assert [part.type for part in item.content] == [part.type for part in other.content]
    if ours.usage:
        assert ours.usage.input_tokens == theirs.usage.input_tokens
        assert ours.usage.output_tokens_details.reasoning_tokens == theirs.usage.output_tokens_details.reasoning_tokens


async def test_what_is_asked_goes_to_the_provider_as_it_is() -> None:
    tool = {"type": "function", "name": "get_tide", "parameters": {"type": "object"}}
    async with far_end(HELLO) as end, client_of(end) as client:
        first = await client.responses.create(
            model="openai/gpt-5.5",
            input=[{"role": "user", "content": "Hello"}],
            instructions="Be brief.",
            tools=[tool],
            reasoning={"effort": "low"},
            metadata=None,
            timeout=5,
            extra_body={"service_tier": "flex"},
            extra_headers={"X-Mine": "1"},
        )
        again = [*first.output, {"role": "user", "content": "And?"}]
        await client.responses.create(model="openai/gpt-5.5", input=again, previous_response_id=first.id)
    asked, then = end.asked
    assert (asked.method, asked.path, asked.headers["x-mine"]) == ("POST", "/responses", "1")
    assert asked.body == {
        "model": "gpt-5.5",
        "input": [{"role": "user", "content": "Hello"}],
        "instructions": "Be brief.",
        "tools": [tool],
        "reasoning": {"effort": "low"},
        "service_tier": "flex",
        "stream": True,
    }
    assert then.body["input"] == [whole()["output"][0], {"role": "user", "content": "And?"}]
    assert then.body["previous_response_id"] == "resp_1"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("openai", "/responses"),
        ("xai", "/responses"),
        ("perplexity", "/v1/responses"),
        ("ollama", "/v1/responses"),
        ("llamacpp", "/v1/responses"),
        ("lmstudio", "/v1/responses"),
        ("vllm", "/v1/responses"),
    ],
)
async def test_each_provider_is_asked_where_it_listens(name: str, path: str) -> None:
    async with far_end(HELLO) as end, client_of(end, name) as client:
        assert (await client.responses.create(model=f"{name}/m", input="Hello")).output_text == "Hi"
    assert end.asked[0].path == path


async def test_a_provider_without_the_endpoint_says_so() -> None:
    async with client_of(FarEnd(says=deque()), "openai") as client:
        with pytest.raises(UnsupportedError, match="responses") as raised:
            await client.responses.create(model="anthropic/m", input="Hello")
        assert raised.value.missing is Capability.RESPONSES
        with pytest.raises(UnsupportedError, match="responses"):
            await client.responses.retrieve("resp_1", provider="mistral")
    assert Capability.RESPONSES in every_provider()["xai"].offers


async def test_stored_answers_are_fetched_cancelled_and_deleted() -> None:
    def told(answer: dict[str, Any]) -> Saying:
        return Saying(kind=JSON, pieces=(json.dumps(answer).encode(),))

    gone = {"id": "resp_1", "object": "response", "deleted": True}
    says = (told(whole("queued", output=[])), told(whole()), told(whole("cancelled")), told(gone))
    async with far_end(*says) as end, client_of(end) as client:
        queued = await client.responses.create(model="openai/m", input="Hello", background=True)
        assert queued.status == "queued"
        assert (await client.responses.retrieve(queued.id)).output_text == "Hi"
        assert (await client.responses.cancel(queued.id)).status == "cancelled"
        await client.responses.delete("a/b")
    assert "stream" not in end.asked[0].body
    assert [(asked.method, asked.path) for asked in end.asked[1:]] == [
        ("GET", "/responses/resp_1"),
        ("POST", "/responses/resp_1/cancel"),
        ("DELETE", "/responses/a%2Fb"),
    ]


async def test_items_told_on_the_way_make_up_for_a_bare_last_event() -> None:
    done = {"type": "response.output_item.done"}
    said = saying(
        {**done, "output_index": 1, "item": whole()["output"][0]},
        {**done, "output_index": 0, "item": {"type": "web_search_call", "id": "ws_1", "action": {"query": "tides"}}},
        {"type": "response.completed", "response": whole(output=[])},
    )
    async with far_end(said) as end, client_of(end) as client:
        answer = await client.responses.create(model="openai/m", input="Hello")
    search, message = answer.output
    assert isinstance(search, ResponseItem)
    assert search.action.query == "tides"
    assert isinstance(message, ResponseOutputMessage)
    assert answer.output_text == "Hi"


async def test_failures_are_errors_of_the_one_tree() -> None:
    broken = {"type": "response.failed", "response": whole("failed", error={"code": "server_error", "message": "No."})}
    flat = {"type": "response.failed", "error": {"code": "rate_limit_exceeded", "message": "No."}}
    cases: list[tuple[Saying, type[ProviderError]]] = [
        (saying(broken), ServerError),
        (saying(flat), RateLimitError),
        (BUSY, OverloadedError),
        (saying({"type": "response.output_text.delta", "delta": "Hi"}), ConnectionFailedError),
        (Saying(kind=JSON, pieces=(json.dumps(whole("failed")).encode(),)), ServerError),
        (Saying(status=401, kind=JSON, pieces=(b'{"error": {"message": "Bad key"}}',)), AuthenticationError),
        (Saying(pieces=(event({"error": {"message": "No.", "code": "server_error"}}),)), ServerError),
    ]
    for said, kind in cases:
        async with far_end(said) as end, client_of(end) as client:
            with pytest.raises(kind):
                await client.responses.create(model="openai/m", input="Hello")


async def test_a_failed_event_is_told_before_it_is_raised() -> None:
    broken = {"type": "response.failed", "response": whole("failed", error={"code": "server_error", "message": "No."})}
    async with far_end(saying(broken)) as end, client_of(end) as client:
        stream = await client.responses.create(model="openai/m", input="Hello", stream=True)
        told = await anext(stream)
        assert told.response
        assert told.response.error
        assert told.response.error.message == "No."
        with pytest.raises(ServerError, match="No"):
            await anext(stream)


async def test_closing_a_stream_hangs_up() -> None:
    said = saying({"type": "response.created", "response": whole("in_progress")}, then="fall silent")
    async with far_end(said) as end, client_of(end) as client:
        async with await client.responses.create(model="openai/m", input="Hello", stream=True) as stream:
            assert (await anext(stream)).type == "response.created"
        await end.hung_up.wait()


async def test_the_next_model_answers_where_the_first_does_not_begin() -> None:
    models = ["openai/busy", "xai/free"]
    for streamed in (False, True):
        async with far_end(BUSY, HELLO) as end, client_of(end, "openai", "xai") as client:
            answer = await client.responses.create(model=models, input="Hello", stream=streamed)
            if isinstance(answer, Response):
                assert (answer.output_text, answer.model) == ("Hi", "xai/free")
            else:
                told = [event async for event in answer]
                assert [event.type.rpartition(".")[2] for event in told] == ["created", "delta", "completed"]
                assert [event.response.model for event in told if event.response] == ["xai/free", "xai/free"]
        assert [asked.body["model"] for asked in end.asked] == ["busy", "free"]
    async with far_end(BUSY) as end, client_of(end, "openai", "xai") as client:
        with pytest.raises(OverloadedError) as raised:
            await client.responses.create(model=models, input="Hello")
    assert isinstance(raised.value.__cause__, ExceptionGroup)


async def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    broken = saying({"type": "response.output_text.delta", "delta": "Hi"})
    async with far_end(broken, HELLO) as end, client_of(end, "openai", "xai") as client:
        with pytest.raises(ConnectionFailedError):
            await client.responses.create(model=["openai/a", "xai/b"], input="Hello")
    assert len(end.asked) == 1


async def test_an_answer_in_the_background_says_which_model_took_the_question() -> None:
    refused = Saying(status=503, kind=JSON, pieces=(b'{"error": "busy"}',))
    queued = Saying(kind=JSON, pieces=(json.dumps(whole("queued", output=[])).encode(),))
    async with far_end(refused, queued) as end, client_of(end, "openai", "xai") as client:
        answer = await client.responses.create(model=["openai/busy", "xai/free"], input="Hello", background=True)
    assert (answer.status, answer.model) == ("queued", "xai/free")


def test_all_that_was_sent_can_be_read() -> None:
    parts = [
        {"type": "refusal", "refusal": "No."},
        {"type": "output_text", "text": "Hi", "annotations": [{"url": "u"}]},
    ]
    thought = {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "Hm."}]}
    sent = whole(
        output=[{"type": "message", "content": parts}, thought], reasoning={"effort": "low"}, novelty=[{"a": 1}]
    )
    answer = Response(sent)
    message = answer.output[0]
    assert isinstance(message, ResponseOutputMessage)
    refused, said = message.content
    assert isinstance(refused, ResponseOutputRefusal)
    assert isinstance(said, ResponseOutputText)
    assert (message.role, refused.refusal, said.annotations[0].url) == ("assistant", "No.", "u")
    reasoning = answer.output[1]
    assert isinstance(reasoning, ResponseReasoningItem)
    assert reasoning.content
    assert reasoning.content[0].text == "Hm."
    assert (answer.output_text, answer.usage, answer.instructions) == ("Hi", None, None)
    assert (answer.reasoning.effort, answer.novelty[0].a) == ("low", 1)
    assert answer.model_dump() == sent
    assert json.loads(answer.model_dump_json(exclude_none=True)) == sent
    assert not hasattr(answer, "nothing_such")


def test_a_program_without_an_event_loop_gets_the_same() -> None:
    with speaking(HELLO) as (end, _), Client(base_urls={"openai": end.url}, keys={"openai": "k"}) as client:
        assert client.responses.create(model="openai/m", input="Hello").output_text == "Hi"
        stream = client.responses.create(model="openai/m", input="Hello", stream=True)
        told: list[ResponseStreamEvent] = list(stream)
    assert [one.delta for one in told] == ["", "Hi", ""]
    stored = Saying(kind=JSON, pieces=(json.dumps(whole()).encode(),))
    with speaking(stored) as (end, _), Client(base_urls={"openai": end.url}, keys={"openai": "k"}) as client:
        assert client.responses.retrieve("resp_1").id == client.responses.cancel("resp_1").id == "resp_1"
        client.responses.delete("resp_1")
    assert [asked.method for asked in end.asked] == ["GET", "POST", "DELETE"]
