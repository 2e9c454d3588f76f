"""Azure OpenAI: where it is, how it knows us, and what is peculiar to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.addresses import tidy
from omnichat.errors import AddressError, ContentFilterError, MissingKeyError, UnsupportedError
from omnichat.messages import ChatRequest, FilePart, Message
from omnichat.provider import Call
from omnichat.registry import every_provider
from tests.omnichat.far_end import DONE, END, JSON, Saying, far_end, word
from tests.omnichat.recorded import FOLDER

AZURE = every_provider()["azure"]
RESOURCE = "https://tides.openai.azure.com"
WORDS: list[Any] = [{"role": "user", "content": "Hi"}]
HELLO = Saying(pieces=(word("Hello"), END, DONE))
CHAT = AZURE.dialect.chat(ChatRequest(model="my gpt", messages=(Message.of("user", "Hi"),)))


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_API_KEY", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "AZURE_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AZURE_OPENAI_ENDPOINT", "AZURE_API_VERSION", "OPENAI_API_VERSION"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (RESOURCE, f"{RESOURCE}/openai/v1/chat/completions"),
        (f"{RESOURCE}/", f"{RESOURCE}/openai/v1/chat/completions"),
        ("tides.openai.azure.com", f"{RESOURCE}/openai/v1/chat/completions"),
        (f"{RESOURCE}/openai", f"{RESOURCE}/openai/v1/chat/completions"),
        (f"{RESOURCE}/openai/v1/", f"{RESOURCE}/openai/v1/chat/completions"),
        (f"{RESOURCE}/openai/v1/chat/completions", f"{RESOURCE}/openai/v1/chat/completions"),
        (f"{RESOURCE}?api-version=preview", f"{RESOURCE}/openai/v1/chat/completions?api-version=preview"),
        (f"{RESOURCE}/openai/v1?api-version=2024-10-21", f"{RESOURCE}/openai/v1/chat/completions"),
        (
            f"{RESOURCE}?api-version=2025-04-01-preview",
            f"{RESOURCE}/openai/deployments/my%20gpt/chat/completions?api-version=2025-04-01-preview",
        ),
        (
            f"{RESOURCE}/openai/deployments/own/chat/completions?api-version=2024-06-01",
            f"{RESOURCE}/openai/deployments/own/chat/completions?api-version=2024-06-01",
        ),
        (
            f"{RESOURCE}/openai/deployments/own",
            f"{RESOURCE}/openai/deployments/own/chat/completions?api-version=2024-10-21",
        ),
        ("https://gate.example/azure/eu", "https://gate.example/azure/eu/openai/v1/chat/completions"),
    ],
)
def test_an_address_says_which_style_is_meant(typed: str, meant: str) -> None:
    assert AZURE.dialect.url(tidy(typed, AZURE), CHAT) == meant


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (Call("/embeddings", {"model": "v"}), "/openai/deployments/v/embeddings?api-version=2024-10-21"),
        (
            Call("/audio/transcriptions", form=(("model", "w"),)),
            "/openai/deployments/w/audio/transcriptions?api-version=2024-10-21",
        ),
        (Call("/responses", {"model": "m"}), "/openai/responses?api-version=2024-10-21"),
        (Call("/files?limit=3", method="GET"), "/openai/files?limit=3&api-version=2024-10-21"),
        (AZURE.dialect.models(), "/openai/deployments?api-version=2023-03-15-preview"),
    ],
)
def test_only_some_endpoints_belong_to_a_deployment(call: Call, meant: str) -> None:
    assert AZURE.dialect.url(f"{RESOURCE}?api-version=2024-10-21", call) == RESOURCE + meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (RESOURCE, "/openai/v1/realtime?model=live"),
        (f"{RESOURCE}?api-version=preview", "/openai/v1/realtime?model=live&api-version=preview"),
        (
            f"{RESOURCE}?api-version=2025-04-01-preview",
            "/openai/realtime?deployment=live&api-version=2025-04-01-preview",
        ),
        (f"{RESOURCE}/openai/deployments/own", "/openai/realtime?deployment=own&api-version=2025-04-01-preview"),
    ],
)
def test_a_conversation_is_with_a_deployment(typed: str, meant: str) -> None:
    assert AZURE.dialect.url(tidy(typed, AZURE), Call("/realtime?model=live")) == RESOURCE + meant


def test_a_key_and_a_token_travel_in_different_headers() -> None:
    assert AZURE.dialect.headers("abc") == {"api-key": "abc"}
    assert AZURE.dialect.headers("eyJ0eXAi.x.y") == {"Authorization": "Bearer eyJ0eXAi.x.y"}
    assert AZURE.dialect.headers(None) == {}


@pytest.mark.parametrize("name", ["AZURE_API_VERSION", "OPENAI_API_VERSION"])
async def test_the_environment_says_where_and_how(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "abc")
    monkeypatch.setenv(name, "2024-02-01")
    async with far_end(HELLO) as end:
        monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", f"{end.url}/")
        async with AsyncClient() as client:
            assert AZURE in client.reachable()
            answer = await client.chat.completions.create(model="azure/own", messages=WORDS)
        async with AsyncClient(base_urls={"azure": f"{end.url}/openai/v1"}) as client:
            await client.chat.completions.create(model="azure/own", messages=WORDS)
    assert answer.choices[0].message.content == "Hello"
    assert [one.path for one in end.asked] == [
        "/openai/deployments/own/chat/completions?api-version=2024-02-01",
        "/openai/v1/chat/completions",
    ]
    assert end.asked[0].headers["api-key"] == "abc"
    assert end.asked[1].body["model"] == "own"


async def test_a_key_without_an_address_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncClient(keys={"azure": "abc"}) as client:
        assert AZURE not in client.reachable()
        with pytest.raises(AddressError, match="AZURE_BASE_URL"):
            await client.chat.completions.create(model="azure/own", messages=WORDS)
    async with AsyncClient(base_urls={"azure": RESOURCE}) as client:
        with pytest.raises(MissingKeyError):
            await client.chat.completions.create(model="azure/own", messages=WORDS)


async def test_a_prompt_that_the_filter_stops_is_an_error_of_its_own() -> None:
    refused = json.loads((FOLDER / "azure" / "errors.json").read_text("utf-8"))[0]
    saying = Saying(status=400, kind=JSON, pieces=(json.dumps(refused["body"]).encode(),), headers=refused["headers"])
    async with (
        far_end(saying) as end,
        AsyncClient(keys={"azure": "abc"}, base_urls={"azure": end.url}) as client,
    ):
        with pytest.raises(ContentFilterError) as raised:
            await client.chat.completions.create(model="azure/own", messages=WORDS)
    assert raised.value.request_id == "7e-1"
    assert raised.value.provider == "azure"


async def test_an_older_version_is_spared_what_it_does_not_know() -> None:
    no = json.dumps({"error": {"message": "Unrecognized request argument supplied: stream_options", "code": None}})
    refused = Saying(status=400, kind=JSON, pieces=(no.encode(),))
    async with (
        far_end(refused, HELLO) as end,
        AsyncClient(keys={"azure": "abc"}, base_urls={"azure": f"{end.url}?api-version=2024-02-01"}) as client,
    ):
        await client.chat.completions.create(model="azure/own", messages=WORDS)
    assert ["stream_options" in one.body for one in end.asked] == [True, False]


async def test_deployments_are_listed_by_name() -> None:
    listed = json.dumps(json.loads((FOLDER / "azure" / "models.json").read_text("utf-8"))["answer"]).encode()
    async with (
        far_end(Saying(kind=JSON, pieces=(listed,))) as end,
        AsyncClient(keys={"azure": "abc"}, base_urls={"azure": end.url}) as client,
    ):
        models = {model.id: model for model in await client.list_models("azure")}
    assert end.asked[0].path == "/openai/deployments?api-version=2023-03-15-preview"
    assert models["azure/house-model"].title == "gpt-5-mini"
    assert models["azure/other"].can == AZURE.can


def test_chat_takes_no_files_here() -> None:
    file = Message(role="user", parts=(FilePart("data:application/pdf;base64,JVBERi0=", "a.pdf"),))
    with pytest.raises(UnsupportedError):
        AZURE.dialect.chat(ChatRequest(model="m", messages=(file,)))


async def test_vectors_come_from_the_deployment() -> None:
    vector = {"object": "list", "data": [{"index": 0, "embedding": [0.5, 1.0]}], "usage": {"prompt_tokens": 1}}
    async with (
        far_end(Saying(kind=JSON, pieces=(json.dumps(vector).encode(),))) as end,
        AsyncClient(keys={"azure": "abc"}, base_urls={"azure": f"{end.url}?api-version=2024-10-21"}) as client,
    ):
        answer = await client.embeddings.create(model="azure/vectors", input="Hi")
    assert answer.data[0].embedding == [0.5, 1.0]
    assert end.asked[0].path == "/openai/deployments/vectors/embeddings?api-version=2024-10-21"
