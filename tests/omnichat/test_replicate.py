"""Replicate: an answer that waits at another address."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.capabilities import Capability
from omnichat.deltas import FinishDelta, FinishReason, TextDelta, UsageDelta
from omnichat.errors import AddressError, ConnectionFailedError, ServerError, UnsupportedError
from omnichat.messages import ChatRequest, ImagePart, JsonFormat, Message, Tool
from omnichat.provider import Call
from omnichat.registry import every_provider
from tests.omnichat.far_end import JSON, FarEnd, Saying, event, far_end

HI = (Message.of("user", "Hi"),)
HELLO = ChatRequest(model="replicate/meta/llama", messages=HI)
OVER = event("{}", "done")


def call(model: str = "meta/llama", **options: Any) -> Call:
    return every_provider()["replicate"].dialect.chat(ChatRequest(**{"model": model, "messages": HI, **options}))


def inputs(**options: Any) -> dict[str, Any]:
    return dict((call(**options).json or {})["input"])


def begun(end: FarEnd, **more: Any) -> Saying:
    urls = {"stream": f"{end.url}/stream/p1", "get": f"{end.url}/predictions/p1"}
    return Saying(status=201, kind=JSON, pieces=(json.dumps({"id": "p1", "urls": urls, **more}).encode(),))


def counted(**metrics: int) -> Saying:
    return Saying(kind=JSON, pieces=(json.dumps({"id": "p1", "status": "succeeded", "metrics": metrics}).encode(),))


def client(end: FarEnd) -> AsyncClient:
    return AsyncClient(keys={"replicate": "r8"}, base_urls={"replicate": end.url}, retries=0)


async def heard(end: FarEnd, *says: Saying) -> list[Any]:
    end.says.clear()
    end.says.extend(says)
    async with client(end) as speaker:
        return [delta async for delta in speaker.stream(HELLO)]


async def test_a_model_that_cannot_stream_is_asked_again_until_it_is_over() -> None:
    waiting = Saying(kind=JSON, pieces=(b'{"id": "p1", "status": "processing", "output": null}',))
    over = {"id": "p1", "status": "succeeded", "output": ["Once", " upon"], "metrics": {"output_token_count": 2}}
    done = Saying(kind=JSON, pieces=(json.dumps(over).encode(),))
    async with far_end(done) as end:
        deltas = await heard(end, begun(end, urls={"get": f"{end.url}/predictions/p1"}), waiting, done, done)
    assert deltas == [TextDelta("Once upon"), FinishDelta(FinishReason.STOP), UsageDelta(0, 2)]
    paths = [(asked.method, asked.path) for asked in end.asked]
    assert paths == [("POST", "/models/meta/llama/predictions"), *[("GET", "/predictions/p1")] * 3]


@pytest.mark.parametrize("status", ["failed", "canceled"])
async def test_a_model_that_cannot_stream_and_fails_says_so(status: str) -> None:
    told = {"id": "p1", "status": status, "error": "out of memory"}
    async with far_end() as end:
        with pytest.raises(ServerError, match=r"out of memory|canceled"):
            await heard(end, begun(end, urls={}), Saying(kind=JSON, pieces=(json.dumps(told).encode(),)))


async def test_a_prediction_is_begun_and_its_stream_is_followed() -> None:
    answer = Saying(pieces=(event("Once", "output"), event(" upon", "output"), OVER))
    async with far_end(answer) as end:
        deltas = await heard(end, begun(end), answer, counted(input_token_count=4, output_token_count=2))
    assert deltas == [TextDelta("Once"), TextDelta(" upon"), FinishDelta(FinishReason.STOP), UsageDelta(4, 2)]
    assert [(asked.method, asked.path) for asked in end.asked] == [
        ("POST", "/models/meta/llama/predictions"),
        ("GET", "/stream/p1"),
        ("GET", "/predictions/p1"),
    ]
    assert end.asked[1].headers["accept"] == "text/event-stream"
    assert {asked.headers["authorization"] for asked in end.asked} == {"Bearer r8"}


async def test_an_answer_is_whole_though_nobody_tells_its_tokens() -> None:
    answer = Saying(pieces=(event("Once", "output"), OVER))
    async with far_end(answer) as end:
        deltas = await heard(end, begun(end), answer, Saying(status=500))
    assert deltas == [TextDelta("Once"), FinishDelta(FinishReason.STOP)]


async def test_whoever_goes_early_ends_the_work() -> None:
    silent = Saying(pieces=(event("Once", "output"),), then="fall silent")
    async with far_end(silent) as end:
        end.says.appendleft(begun(end))
        end.says.append(Saying(kind=JSON, pieces=(b"{}",)))
        async with client(end) as speaker, aclosing(speaker.stream(HELLO)) as deltas:
            assert await anext(deltas) == TextDelta("Once")
        await asyncio.wait_for(end.hung_up.wait(), 5)
    assert [(asked.method, asked.path) for asked in end.asked][2:] == [("POST", "/predictions/p1/cancel")]


async def test_an_answer_that_breaks_off_ends_the_work_too() -> None:
    async with far_end(Saying()) as end:
        with pytest.raises(ConnectionFailedError):
            await heard(end, begun(end), Saying(pieces=(event("Once", "output"),)), Saying(status=404))
    assert end.asked[-1].path == "/predictions/p1/cancel"


@pytest.mark.parametrize(
    ("begins", "raised"),
    [
        ({"error": "CUDA out of memory"}, ServerError),
        ({"id": None}, ServerError),
    ],
)
async def test_a_prediction_that_does_not_begin_is_an_error(begins: Any, raised: type[Exception]) -> None:
    async with far_end(Saying()) as end:
        with pytest.raises(raised, match="replicate: "):
            await heard(end, begun(end, **begins))
    assert len(end.asked) == 1


async def test_a_stream_inside_a_private_network_is_not_followed_for_a_person() -> None:
    dialect = every_provider()["replicate"].dialect
    job = dialect.job({"id": "p1", "urls": {"stream": "http://169.254.169.254/latest"}})
    assert job.watch
    assert dialect.url("https://api.replicate.com/v1", job.watch) == "http://169.254.169.254/latest"
    async with AsyncClient() as speaker:
        with pytest.raises(AddressError, match="private network"):
            await anext(speaker.stream(HELLO, key="r8", base_url="http://169.254.169.254"))


@pytest.mark.parametrize(
    ("model", "path", "version"),
    [
        ("meta/llama", "/models/meta/llama/predictions", None),
        ("deployments/acme/tides", "/deployments/acme/tides/predictions", None),
        ("acme/tides:" + "a" * 64, "/predictions", "a" * 64),
        ("b" * 64, "/predictions", "b" * 64),
    ],
)
def test_a_model_a_deployment_and_a_version_are_begun_differently(model: str, path: str, version: str | None) -> None:
    asked = call(model)
    assert (asked.path, (asked.json or {}).get("version")) == (path, version)


def test_a_conversation_is_written_as_one_prompt() -> None:
    talk = (
        Message.of("system", "Be brief."),
        Message.of("user", "Hello"),
        Message.of("assistant", "Hi"),
        Message.of("user", "Tides?"),
    )
    assert inputs(messages=talk, top_k=5, stop=("A", "B"), extra={"top_k": 7, "webhook": "https://a.example"}) == {
        "prompt": "User: Hello\n\nAssistant: Hi\n\nUser: Tides?\n\nAssistant:",
        "system_prompt": "Be brief.",
        "stop_sequences": "A,B",
        "top_k": 7,
    }
    assert (call(extra={"webhook": "https://a.example"}).json or {})["webhook"] == "https://a.example"


def test_json_is_asked_for_in_words() -> None:
    assert "JSON" in inputs(response_format=JsonFormat(schema={"type": "object"}))["system_prompt"]


def test_what_is_no_words_is_refused() -> None:
    with pytest.raises(UnsupportedError) as raised:
        call(messages=(Message(role="user", parts=(ImagePart("https://a.example/a.png"),)),))
    assert raised.value.missing == Capability.VISION
    with pytest.raises(UnsupportedError, match="tools"):
        call(tools=(Tool(name="get_tide"),), strict=True)
