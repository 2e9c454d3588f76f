"""What each format asks for."""

from __future__ import annotations

from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.capabilities import Capability
from omnichat.errors import BadRequestError, UnsupportedError
from omnichat.messages import ChatRequest, FilePart, ImagePart, Message, TextPart
from omnichat.registry import every_provider
from tests.omnichat.far_end import DONE, END, JSON, Saying, far_end, word

TALK = (
    Message.of("system", "Be brief."),
    Message.of("system", "Be kind."),
    Message.of("user", "Hello"),
    Message.of("assistant", "Hi"),
    Message(role="user", parts=(TextPart("See"), ImagePart("data:image/png;base64,AA=="))),
)
TUNED: dict[str, Any] = {"temperature": 0.5, "top_p": 0.9, "max_tokens": 50, "stop": ("END",), "seed": 7}


def asked(name: str, model: str = "m", **options: Any) -> dict[str, Any]:
    request = ChatRequest(**{"model": model, "messages": TALK, **options})
    return dict(every_provider()[name].dialect.chat(request).json or {})


def test_openais_format_merges_system_messages_and_names_everything() -> None:
    body = asked("openai", "gpt-4.1", **TUNED)
    assert body["messages"] == [
        {"role": "system", "content": "Be brief.\n\nBe kind."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "See"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
            ],
        },
    ]
    rest = {name: value for name, value in body.items() if name != "messages"}
    assert rest == {
        "model": "gpt-4.1",
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.5,
        "top_p": 0.9,
        "max_completion_tokens": 50,
        "stop": ["END"],
        "seed": 7,
    }


def test_what_nobody_set_is_not_sent() -> None:
    assert set(asked("custom")) == {"model", "messages", "stream", "stream_options"}
    assert set(asked("openrouter")) == {"model", "messages", "stream"}
    assert set(asked("anthropic")) == {"model", "messages", "stream", "system", "max_tokens"}


@pytest.mark.parametrize(
    ("model", "sampled"),
    [
        ("gpt-4.1", True),
        ("gpt-4o-mini", True),
        ("gpt-5-chat-latest", True),
        ("gpt-5.1", True),
        ("gpt-5.4-mini", True),
        ("o3", False),
        ("o4-mini", False),
        ("gpt-5", False),
        ("gpt-5-mini", False),
        ("gpt-5.4-pro", False),
        ("gpt-5.2-chat-latest", False),
        ("gpt-5.5", False),
        ("gpt-6-mini", False),
    ],
)
def test_openais_thinking_models_are_spared_the_sampling_they_refuse(model: str, sampled: bool) -> None:
    assert ("temperature" in asked("openai", model, **TUNED)) is sampled
    assert ("top_p" in asked("openai", model, **TUNED)) is sampled


def test_a_model_told_not_to_think_takes_sampling() -> None:
    assert "temperature" in asked("openai", "gpt-5.5", **TUNED, extra={"reasoning_effort": "none"})
    assert "temperature" not in asked("openai", "gpt-5.5-pro", **TUNED, extra={"reasoning_effort": "none"})


@pytest.mark.parametrize(
    ("model", "version"),
    [
        ("claude-3-5-sonnet-20241022", "2023-06-01"),
        ("claude-3-haiku-20240307", "2023-06-01"),
        ("claude-sonnet-4-0", "2023-06-01"),
        ("claude-sonnet-4-20250514", "2023-06-01"),
        ("claude-haiku-4-5-20251001", "2023-06-01"),
        ("claude-opus-4-6", "2023-06-01"),
        ("deepseek-chat", "2023-06-01"),
        ("claude-opus-4-7", None),
        ("claude-opus-4-8-20260801", None),
        ("claude-sonnet-5", None),
        ("claude-fable-5", None),
    ],
)
def test_anthropics_older_version_is_for_sampling_on_models_that_take_it(model: str, version: str | None) -> None:
    dialect = every_provider()["anthropic"].dialect
    tuned = dialect.chat(ChatRequest(model=model, messages=TALK, temperature=0.5))
    assert tuned.headers.get("anthropic-version") == version
    assert ("temperature" in (tuned.json or {})) is bool(version)
    assert dialect.chat(ChatRequest(model=model, messages=TALK)).headers == {}
    assert dialect.headers("sk-ant-k") == {"anthropic-version": "2026-10-21", "x-api-key": "sk-ant-k"}
    assert dialect.headers("sk-ant-oat01-x")["Authorization"] == "Bearer sk-ant-oat01-x"


def test_anthropics_format_keeps_system_apart_and_always_sets_a_limit() -> None:
    body = asked("anthropic", "claude-3-5-haiku-latest", stop=("END",))
    assert body["system"] == "Be brief.\n\nBe kind."
    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
    assert body["messages"][2]["content"][1] == {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": "AA=="},
    }
    assert (body["max_tokens"], body["stop_sequences"]) == (8192, ["END"])
    assert asked("anthropic", "claude-opus-4-8")["max_tokens"] == 32000
    assert asked("anthropic", "claude-opus-4-8", max_tokens=9)["max_tokens"] == 9


def test_anthropics_documents_are_pdf_or_text() -> None:
    def sent(part: FilePart | ImagePart) -> Any:
        return asked("anthropic", messages=(Message(role="user", parts=(part,)),))["messages"][0]["content"][0]

    assert sent(FilePart("data:text/markdown;base64,R3LDvMOfZQ==", "a.md")) == {
        "type": "document",
        "title": "a.md",
        "source": {"type": "text", "media_type": "text/plain", "data": "Grüße"},
    }
    assert sent(FilePart("data:application/pdf;base64,AA==", "a.pdf"))["source"]["media_type"] == "application/pdf"
    assert sent(ImagePart("https://example.com/a.png"))["source"] == {"type": "url", "url": "https://example.com/a.png"}
    with pytest.raises(UnsupportedError) as raised:
        sent(FilePart("data:application/zip;base64,AA==", "a.zip"))
    assert raised.value.missing is Capability.FILES


def test_ollamas_format_puts_sampling_under_options() -> None:
    body = asked("ollama", **TUNED, extra={"think": True, "num_ctx": 8192, "options": {"top_k": 5}})
    assert body["options"] == {
        "temperature": 0.5,
        "top_p": 0.9,
        "num_predict": 50,
        "stop": ["END"],
        "seed": 7,
        "num_ctx": 8192,
        "top_k": 5,
    }
    assert body["think"] is True
    assert body["messages"][-1] == {"role": "user", "content": "See", "images": ["AA=="]}
    with pytest.raises(UnsupportedError):
        asked("ollama", messages=(Message(role="user", parts=(ImagePart("https://example.com/a.png"),)),))


@pytest.mark.parametrize(
    ("complaint", "gone"),
    [
        (
            '{"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]}',
            "stream_options",
        ),
        ('{"error": {"message": "Unsupported parameter: \'temperature\' is not supported."}}', "temperature"),
        ('{"error": {"message": "Unrecognized request argument: seed"}}', "seed"),
    ],
)
async def test_a_field_a_server_does_not_know_is_left_out_the_second_time(complaint: str, gone: str) -> None:
    refused = Saying(status=422, kind=JSON, pieces=(complaint.encode(),))
    says = (refused, Saying(pieces=(word("Hi"), END, DONE)))
    async with far_end(*says) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        request = ChatRequest(model="custom/m", messages=TALK, temperature=0.5, seed=7)
        assert [delta async for delta in client.stream(request)]
    first, second = (asked.body for asked in end.asked)
    assert set(first) - set(second) == {gone}


async def test_a_limit_goes_under_its_other_name_before_it_is_given_up() -> None:
    def refused(name: str) -> Saying:
        return Saying(status=400, kind=JSON, pieces=(f'{{"error": "unknown field {name}"}}'.encode(),))

    says = (refused("max_tokens"), refused("max_completion_tokens"), Saying(pieces=(word("Hi"), END, DONE)))
    async with far_end(*says) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        request = ChatRequest(model="custom/m", messages=TALK, max_tokens=5)
        assert [delta async for delta in client.stream(request)]
    names = {"max_tokens", "max_completion_tokens"}
    assert [names & set(asked.body) for asked in end.asked] == [{"max_tokens"}, {"max_completion_tokens"}, set()]


async def test_a_complaint_about_anything_else_is_told() -> None:
    refused = Saying(status=400, kind=JSON, pieces=(b'{"error": "temperature must be at most 2"}',))
    async with far_end(refused) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        with pytest.raises(BadRequestError, match="at most 2"):
            await anext(client.stream(ChatRequest(model="custom/m", messages=TALK, temperature=3)))
    assert len(end.asked) == 1
