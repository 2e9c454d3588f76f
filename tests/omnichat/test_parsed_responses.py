"""``parse``, beside OpenAI's own client over the same answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai import AsyncOpenAI, pydantic_function_tool
from pydantic import BaseModel

from omnichat import AsyncClient, Client, ServerError
from omnichat.parsed import ParsedFunction
from omnichat.parsed_responses import ParsedResponse, ParsedResponseFunctionToolCall, ParsedResponseOutputMessage
from omnichat.response_answers import Response
from tests.omnichat.far_end import DONE, JSON, FarEnd, Saying, event, far_end
from tests.omnichat.test_blocking import speaking


class Harbour(BaseModel):
    name: str
    country: str | None


class Tide(BaseModel):
    """When the water is high."""

    harbour: Harbour
    hours: list[int]


QUESTION: Any = [{"role": "user", "content": "When is high tide?"}]
TIDE = '{"harbour": {"name": "Husum", "country": null}, "hours": [6, 18]}'
HUSUM = Tide(harbour=Harbour(name="Husum", country=None), hours=[6, 18])
STRICT = {"type": "function", "name": "wait", "strict": True, "parameters": {"type": "object", "properties": {}}}
LOOSE = {"type": "function", "name": "shout", "parameters": {"type": "object", "properties": {}}}


def message(text: str, **more: Any) -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": []}
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part], **more}


def call(name: str, arguments: str) -> dict[str, Any]:
    return {"type": "function_call", "id": "fc_1", "call_id": "c_1", "name": name, "arguments": arguments}


def response(*items: dict[str, Any]) -> Saying:
    told = {"id": "resp_1", "object": "response", "created_at": 1, "model": "m", "status": "completed"}
    whole = {**told, "output": list(items), "tools": [], "tool_choice": "auto", "parallel_tool_calls": True}
    return Saying(kind=JSON, pieces=(json.dumps(whole).encode(),))


def chat(**said: Any) -> Saying:
    calls = [{**one, "index": index} for index, one in enumerate(said.get("tool_calls", []))]
    delta = {**said, **({"tool_calls": calls} if calls else {})}
    finish = "tool_calls" if calls else "stop"
    told = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return Saying(pieces=(event({**told, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}), DONE))


def whole_chat(**said: Any) -> Saying:
    choice = {"index": 0, "message": {"role": "assistant", "content": None, **said}, "finish_reason": "stop"}
    told = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return Saying(kind=JSON, pieces=(json.dumps(told).encode(),))


def clients(end: FarEnd) -> tuple[AsyncOpenAI, AsyncClient]:
    official = AsyncOpenAI(base_url=end.url, api_key="k", max_retries=0)
    return official, AsyncClient(base_urls={"openai": end.url}, keys={"openai": "k"}, retries=0)


async def parsed_by_both(said: Saying, **asked: Any) -> tuple[Any, ParsedResponse[Tide], Any, Any]:
    """Return what both clients made of an answer of the Responses API, and what they had asked."""
    async with far_end(said) as end:
        official, client = clients(end)
        async with official, client:
            theirs = await official.responses.parse(model="m", input="When?", **asked)
            ours = await client.responses.parse(model="openai/m", input="When?", **asked)
    return theirs, ours, end.asked[0].body, {**end.asked[1].body, "stream": None}


async def test_an_answer_is_the_instance_that_openais_client_makes_of_it() -> None:
    theirs, ours, asked, asked_by_us = await parsed_by_both(
        response(message(TIDE)), text_format=Tide, text={"verbosity": "low"}
    )
    assert ours.output_parsed == theirs.output_parsed == HUSUM
    assert ours.output_text == theirs.output_text == TIDE
    said = ours.output[0]
    assert isinstance(said, ParsedResponseOutputMessage)
    assert [part.type for part in said.content] == ["output_text"]
    assert said.content[0].parsed == theirs.output[0].content[0].parsed == HUSUM
    assert asked_by_us == {**asked, "stream": None}
    assert ours.model_dump()["output"] == [message(TIDE)]


async def test_what_is_no_answer_is_no_instance() -> None:
    refused = message("", content=[{"type": "refusal", "refusal": "No."}])
    aside = message("Let me see.", phase="commentary")
    thought = {"type": "reasoning", "id": "r", "summary": []}
    for said in (response(refused), response(thought, aside), response()):
        theirs, ours, _, _ = await parsed_by_both(said, text_format=Tide)
        assert ours.output_parsed is theirs.output_parsed is None
        assert [item.type for item in ours.output] == [item.type for item in theirs.output]
    theirs, ours, asked, _ = await parsed_by_both(response(message("Hello")))
    assert ours.output_parsed is theirs.output_parsed is None
    assert "text" not in asked


async def test_arguments_are_parsed_as_openais_client_parses_them() -> None:
    calls = (call("Tide", TIDE), call("wait", '{"minutes": 5}'), call("shout", "Ahoy"), call("unknown", "{}"))
    tools = [pydantic_function_tool(Tide), STRICT, LOOSE]
    theirs, ours, asked, asked_by_us = await parsed_by_both(response(*calls), tools=tools)
    parsed = [item.parsed_arguments for item in ours.output if isinstance(item, ParsedResponseFunctionToolCall)]
    assert parsed == [item.parsed_arguments for item in theirs.output] == [HUSUM, {"minutes": 5}, None, None]
    assert [tool["name"] for tool in asked_by_us["tools"]] == [tool["name"] for tool in asked["tools"]]
    assert asked_by_us["tools"] == asked["tools"]


async def test_a_chat_is_parsed_as_openais_client_parses_it() -> None:
    function = {key: value for key, value in STRICT.items() if key != "type"}
    tools: Any = [pydantic_function_tool(Tide), {"type": "function", "function": function}]
    made = [{"id": "c", "type": "function", "function": {"name": "Tide", "arguments": TIDE}}]
    made += [{"id": "d", "type": "function", "function": {"name": "wait", "arguments": "{}"}}]
    says = (whole_chat(content=TIDE), chat(content=TIDE), whole_chat(tool_calls=made), chat(tool_calls=made))
    async with far_end(*says) as end:
        official, client = clients(end)
        async with official, client:
            theirs = await official.chat.completions.parse(model="m", messages=QUESTION, response_format=Tide)
            ours = await client.chat.completions.parse(model="openai/m", messages=QUESTION, response_format=Tide)
            their_calls = await official.chat.completions.parse(model="m", messages=QUESTION, tools=tools)
            our_calls = await client.chat.completions.parse(model="openai/m", messages=QUESTION, tools=tools)
    assert ours.choices[0].message.parsed == theirs.choices[0].message.parsed == HUSUM
    assert end.asked[1].body["response_format"] == end.asked[0].body["response_format"]
    functions = [made.function for made in our_calls.choices[0].message.tool_calls or []]
    parsed = [function.parsed_arguments for function in functions if isinstance(function, ParsedFunction)]
    assert parsed == [made.function.parsed_arguments for made in their_calls.choices[0].message.tool_calls or []]
    assert parsed == [HUSUM, {}]


async def test_what_does_not_fit_is_an_error_of_ours() -> None:
    says = (response(message('{"hours": "late"}')), response(call("wait", "soon")))
    async with far_end(*says) as end:
        _, client = clients(end)
        async with client:
            with pytest.raises(ServerError, match="openai: sent an answer that is no Tide"):
                await client.responses.parse(model="openai/m", input="When?", text_format=Tide)
            with pytest.raises(ServerError, match="openai: sent arguments for wait that are no JSON"):
                await client.responses.parse(model="openai/m", input="When?", tools=[STRICT])


async def test_the_next_model_is_parsed_where_the_first_does_not_begin() -> None:
    busy = Saying(status=503, kind=JSON, pieces=(b'{"error": "busy"}',))
    async with far_end(busy, response(message(TIDE))) as end:
        _, client = clients(end)
        async with client:
            answer = await client.responses.parse(model=["openai/a", "openai/b"], input="When?", text_format=Tide)
    assert (answer.output_parsed, answer.model) == (HUSUM, "openai/b")


async def test_what_was_parsed_can_be_asked_about() -> None:
    async with far_end(response(message(TIDE)), response(message("Yes."))) as end:
        _, client = clients(end)
        async with client:
            first = await client.responses.parse(model="openai/m", input="When?", text_format=Tide)
            await client.responses.create(model="openai/m", input=[*first.output, QUESTION[0]])
    assert end.asked[1].body["input"] == [message(TIDE), QUESTION[0]]


def test_a_program_without_an_event_loop_gets_the_same() -> None:
    says = (response(message(TIDE)), chat(content=TIDE))
    with speaking(*says) as (end, _), Client(base_urls={"openai": end.url}, keys={"openai": "k"}) as client:
        answer = client.responses.parse(model="openai/m", input="When?", text_format=Tide)
        spoken = client.chat.completions.parse(model="openai/m", messages=QUESTION, response_format=Tide)
    assert isinstance(answer, Response)
    assert answer.output_parsed == spoken.choices[0].message.parsed == HUSUM
