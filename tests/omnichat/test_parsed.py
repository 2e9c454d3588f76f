"""Answers that are instances of a class."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel, Field

from omnichat import AsyncClient
from omnichat.errors import ServerError
from omnichat.json_schemas import strict, without_limits
from tests.omnichat.far_end import DONE, END, Saying, far_end, word

WORDS: Any = [{"role": "user", "content": "When is high tide?"}]


class Harbour(BaseModel):
    name: str
    country: str = Field(default="DE", description="Two letters.")


class Tide(BaseModel):
    harbour: Harbour = Field(description="Where.")
    metres: float = Field(ge=0)
    hours: list[int] = []


class Loose(BaseModel):
    anything: dict[str, int]


TIDE = '{"harbour": {"name": "Husum", "country": "DE"}, "metres": 1.2, "hours": [6, 18]}'


def saying(text: str) -> Saying:
    return Saying(pieces=(word(text[:9]), word(text[9:]), END, DONE))


@pytest.mark.parametrize("text", [TIDE, f"```json\n{TIDE}\n```"])
async def test_a_class_as_format_gets_an_instance(text: str) -> None:
    async with far_end(saying(text)) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        answer = await client.chat.completions.create(model="custom/m", messages=WORDS, response_format=Tide)
    message = answer.choices[0].message
    assert message.parsed == Tide(harbour=Harbour(name="Husum"), metres=1.2, hours=[6, 18])
    assert message.content == text
    assert answer.model_dump()["choices"][0]["message"]["parsed"] == json.loads(TIDE)
    assert '"parsed": {"harbour"' in answer.model_dump_json()
    told = end.asked[0].body["response_format"]["json_schema"]
    assert (told["name"], told["strict"]) == ("Tide", True)
    assert told["schema"]["required"] == ["harbour", "metres", "hours"]
    assert told["schema"]["additionalProperties"] is False
    assert told["schema"]["properties"]["harbour"] == {"$ref": "#/$defs/Harbour"}
    assert told["schema"]["$defs"]["Harbour"]["required"] == ["name", "country"]
    assert "default" not in str(told["schema"])


async def test_a_class_with_open_objects_is_asked_for_less_strictly() -> None:
    async with far_end(saying('{"anything": {"a": 1}}')) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        answer = await client.chat.completions.create(model="custom/m", messages=WORDS, response_format=Loose)
    assert answer.choices[0].message.parsed == Loose(anything={"a": 1})
    assert end.asked[0].body["response_format"]["json_schema"]["strict"] is False


async def test_an_answer_that_does_not_fit_is_an_error_of_ours() -> None:
    async with far_end(saying('{"metres": "deep"}')) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        with pytest.raises(ServerError, match="custom: sent an answer that is no Tide") as raised:
            await client.chat.completions.create(model="custom/m", messages=WORDS, response_format=Tide)
    assert isinstance(raised.value.__cause__, ValueError)


async def test_a_stream_is_told_in_pieces_all_the_same() -> None:
    async with far_end(saying(TIDE)) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        create = client.chat.completions.create
        chunks = [
            chunk async for chunk in await create(model="custom/m", messages=WORDS, response_format=Tide, stream=True)
        ]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == TIDE


def test_a_schema_is_changed_in_every_corner() -> None:
    inner = {"type": "object", "properties": {"a": {"type": "string", "default": ""}}}
    schema = {
        **inner,
        "properties": {
            "one": {"anyOf": [inner, {"type": "null"}]},
            "many": {"type": "array", "items": inner, "minItems": 2},
            "pair": {"prefixItems": [inner, True]},
            "true": True,
        },
    }
    closed = {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "additionalProperties": False,
        "required": ["a"],
    }
    told = strict(schema)
    assert told
    assert told["properties"]["one"]["anyOf"][0] == closed
    assert told["properties"]["many"]["items"] == closed
    assert told["properties"]["pair"]["prefixItems"] == [closed, True]
    assert told["required"] == ["one", "many", "pair", "true"]
    assert without_limits(schema)["properties"]["many"]["description"] == '{"minItems": 2}'
    assert schema["properties"]["many"]["minItems"] == 2  # type: ignore[index]  # a dictionary of anything
    assert strict({"type": "object"}) is None
    assert strict({**inner, "additionalProperties": {"type": "string"}}) is None
