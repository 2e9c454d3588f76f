"""LM Studio's lists, of any age."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.capabilities import Capability
from omnichat.errors import AuthenticationError, ProviderError
from omnichat.provider import ModelInfo
from tests.omnichat.far_end import DONE, END, JSON, FarEnd, Saying, far_end, word
from tests.omnichat.recorded import FOLDER

TALK = Capability.CHAT | Capability.STREAMING | Capability.JSON
NAMES = {"object": "list", "data": [{"id": "qwen3-4b", "object": "model"}]}
OLDER = {
    "data": [
        {"id": "qwen2-vl-7b", "type": "vlm", "max_context_length": 32768, "capabilities": ["tool_use"]},
        {"id": "llama-3.1-8b", "type": "llm", "max_context_length": 131072, "loaded_context_length": 4096},
        {"id": "nomic-embed", "type": "embeddings", "max_context_length": 2048},
    ]
}
MISSING = Saying(kind=JSON, status=404, pieces=(b'{"error": "Not found"}',))
ODD = Saying(kind=JSON, pieces=(b'{"error": "Unexpected endpoint or method. (GET /api/v1/models)"}',))


def saying(answer: Any) -> Saying:
    return Saying(kind=JSON, pieces=(json.dumps(answer).encode(),))


def client_at(end: FarEnd, path: str = "/v1") -> AsyncClient:
    return AsyncClient(base_urls={"lmstudio": end.url + path}, retries=0)


async def listed(end: FarEnd, path: str = "/v1") -> list[ModelInfo]:
    async with client_at(end, path) as client:
        return await client.list_models("lmstudio")


async def test_its_own_list_says_what_a_model_can_do() -> None:
    told = json.loads((FOLDER / "lmstudio" / "models.json").read_text("utf-8"))["answer"]
    async with far_end(saying(told)) as end:
        models = await listed(end, "/proxy/v1")
    assert [one.path for one in end.asked] == ["/proxy/api/v1/models"]
    assert [model.can for model in models] == [
        TALK | Capability.VISION | Capability.TOOLS | Capability.THINKING,
        TALK,
        Capability.EMBEDDINGS,
    ]
    assert models[0].context == 8192


@pytest.mark.parametrize("no", [MISSING, ODD])
async def test_an_older_server_is_asked_for_the_list_it_has(no: Saying) -> None:
    async with far_end(no, saying(OLDER)) as end:
        models = await listed(end)
    assert [one.path for one in end.asked] == ["/api/v1/models", "/api/v0/models"]
    assert [(model.id, model.can, model.context) for model in models] == [
        ("lmstudio/qwen2-vl-7b", TALK | Capability.VISION | Capability.TOOLS, 32768),
        ("lmstudio/llama-3.1-8b", TALK, 4096),
        ("lmstudio/nomic-embed", Capability.EMBEDDINGS, 2048),
    ]


@pytest.mark.parametrize("no", [MISSING, ODD])
async def test_the_oldest_know_names_only(no: Saying) -> None:
    async with far_end(no, no, saying(NAMES)) as end:
        models = await listed(end)
    assert [one.path for one in end.asked] == ["/api/v1/models", "/api/v0/models", "/v1/models"]
    assert [model.id for model in models] == ["lmstudio/qwen3-4b"]


async def test_a_server_without_any_list_says_so() -> None:
    async with far_end(MISSING) as end:
        with pytest.raises(ProviderError, match="Not found"):
            await listed(end)
    assert len(end.asked) == 3
    no = Saying(kind=JSON, status=401, pieces=(b'{"error": "Give a token"}',))
    async with far_end(no) as end:
        with pytest.raises(AuthenticationError):
            await listed(end)
    assert len(end.asked) == 1


async def test_a_list_without_models_is_no_failure() -> None:
    async with far_end(saying({"models": []})) as end:
        assert await listed(end) == []
    assert len(end.asked) == 1


async def test_a_field_an_older_server_does_not_know_is_left_out() -> None:
    no = Saying(kind=JSON, status=400, pieces=(b'{"error": "unknown field stream_options"}',))
    asked = [{"role": "user", "content": "Hello"}]
    async with far_end(no, Saying(pieces=(word("Hi"), END, DONE))) as end, client_at(end) as client:
        answer = await client.chat.completions.create(model="lmstudio/m", messages=asked)
    assert answer.choices[0].message.content == "Hi"
    assert [one.path for one in end.asked] == ["/v1/chat/completions"] * 2
    assert "stream_options" not in end.asked[1].body
